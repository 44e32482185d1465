using System.Reflection;
using Homer.Kernels.Backends.Gpu;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Backends;

/// <summary>
/// Marks a class of inner bodies. Each of its methods that bears <see cref="IntrinsicImplementationAttribute"/> runs as written on the
/// CPU, where the whole group is one thread with wide vectors; on other devices a call goes to the method of the same name and
/// parameters in <paramref name="groupBodies"/>, which all threads of a group enter together.
/// </summary>
/// <param name="groupBodies">The class that holds the bodies for groups of threads.</param>
/// <param name="cudaBodies">The class that holds those for NVIDIA's GPUs, where they differ.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HasGpuBodyAttribute(Type groupBodies, Type? cudaBodies = null) : Attribute
{
    public Type GroupBodies { get; } = groupBodies;

    public Type CudaBodies { get; } = cudaBodies ?? groupBodies;
}

/// <summary>Tells ILGPU's GPU backends which body stands for which call.</summary>
internal static class BackendBodies
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly (MethodInfo Cpu, MethodInfo Group, MethodInfo Cuda)[] Bodies = FindBodies();

    /// <summary>Registers every pair, and what else ILGPU's GPU backends have to be told, with a context that is being built.</summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        foreach ((MethodInfo cpu, MethodInfo group, MethodInfo cuda) in Bodies)
        {
            manager.RegisterMethod(cpu, new PTXIntrinsic(cuda, IntrinsicImplementationMode.Redirect));
            manager.RegisterMethod(cpu, new CLIntrinsic(group, IntrinsicImplementationMode.Redirect));
        }

        PtxAttribute.Register(manager);
        OpenCLFence.Register();
    }

    private static (MethodInfo Cpu, MethodInfo Group, MethodInfo Cuda)[] FindBodies() =>
        [.. from type in typeof(BackendBodies).Assembly.GetTypes()
            let marker = type.GetCustomAttribute<HasGpuBodyAttribute>()
            where marker is not null
            from cpu in type.GetMethods(Everything)
            where cpu.IsDefined(typeof(IntrinsicImplementationAttribute))
            select (cpu, Find(marker.GroupBodies, cpu.Name), Find(marker.CudaBodies, cpu.Name)),
            // Elements lie below this folder and cannot name their bodies.
            (Find(typeof(Float16Pair), nameof(Float16Pair.Decode)),
                Find(typeof(Float16Pair), nameof(Float16Pair.DecodeBits)),
                Find(typeof(PrimitivesCuda), nameof(PrimitivesCuda.DecodeFloat16)))];

    private static MethodInfo Find(Type bodies, string name) =>
        bodies.GetMethod(name, Everything) ?? throw new MissingMethodException(bodies.FullName, name);
}
