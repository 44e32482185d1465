using System.Reflection;
using ILGPU.Runtime;

namespace Homer.Kernels.Backends;

/// <summary>
/// Says of a kernel how many of its groups an NVIDIA multiprocessor has to hold at once, and with that how many registers a thread may take. Where it is not said, NVIDIA's
/// assembler saves registers by putting loads off until they are needed, so that they wait for each other: one or two in flight where eight were written.
/// </summary>
/// <param name="count">65536 / 128 / count registers a thread at most.</param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ResidentGroupsAttribute(int count) : Attribute
{
    public int Count { get; } = count;

    /// <summary>What ILGPU is told about a kernel.</summary>
    public static KernelSpecialization Of(MethodInfo kernel) =>
        kernel.GetCustomAttribute<ResidentGroupsAttribute>() is { } groups ? new(GpuGroup.Size, groups.Count) : KernelSpecialization.Empty;
}
