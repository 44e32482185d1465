using System.Reflection;
using ILGPU.Runtime;

namespace Homer.Kernels.Backends;

/// <summary>
/// Sets a kernel's occupancy: how many of its groups an NVIDIA multiprocessor has to hold at once, and thereby how many registers a thread
/// may use. Without it NVIDIA's assembler saves registers by delaying loads until they are needed, so that they wait for each other: one or
/// two in flight where eight were written.
/// </summary>
/// <param name="count">The number of groups; a thread may use up to 65536 / 128 / count registers.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ResidentGroupsAttribute(int count) : Attribute
{
    /// <summary>The number of groups.</summary>
    public int Count { get; } = count;

    /// <summary>Returns the specialization with which ILGPU compiles a kernel.</summary>
    public static KernelSpecialization Of(MethodInfo kernel) =>
        kernel.GetCustomAttribute<ResidentGroupsAttribute>() is { } groups ? new(GpuGroup.Size, groups.Count) : KernelSpecialization.Empty;
}
