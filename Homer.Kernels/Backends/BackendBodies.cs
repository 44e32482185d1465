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
/// Marks the face of a step that differs by backend. Each of its methods that bears <see cref="IntrinsicImplementationAttribute"/> runs as
/// written on the CPU, where the whole group is one thread with wide vectors. On other devices a call goes to the method of the same name
/// and parameters in <paramref name="gpuBody"/>, which all threads of a group enter together.
/// </summary>
/// <param name="gpuBody">The class that holds the bodies for groups of threads.</param>
/// <param name="cudaBody">The class that holds the bodies for NVIDIA's GPUs, where they differ.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class HasGpuBodyAttribute(Type gpuBody, Type? cudaBody = null) : Attribute
{
    /// <summary>The class with the bodies for every GPU.</summary>
    public Type GpuBody { get; } = gpuBody;

    /// <summary>The class with the bodies for NVIDIA's GPUs.</summary>
    public Type CudaBody { get; } = cudaBody ?? gpuBody;
}

/// <summary>Tells ILGPU's GPU backends which body replaces which call.</summary>
internal static class BackendBodies
{
    private const BindingFlags Everything = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly (MethodInfo Cpu, MethodInfo Gpu, MethodInfo Cuda)[] Bodies = FindBodies();

    /// <summary>
    /// Registers every face with its bodies, every PTX instruction and the corrected fence, for a context that is being built.
    /// </summary>
    public static void Register(Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        foreach ((MethodInfo cpu, MethodInfo gpu, MethodInfo cuda) in Bodies)
        {
            manager.RegisterMethod(cpu, new PTXIntrinsic(cuda, IntrinsicImplementationMode.Redirect));
            manager.RegisterMethod(cpu, new CLIntrinsic(gpu, IntrinsicImplementationMode.Redirect));
        }

        PtxAttribute.Register(manager);
        OpenCLFence.Register();
    }

    private static (MethodInfo Cpu, MethodInfo Gpu, MethodInfo Cuda)[] FindBodies() =>
        [.. from type in typeof(BackendBodies).Assembly.GetTypes()
            let marker = type.GetCustomAttribute<HasGpuBodyAttribute>()
            where marker is not null
            from cpu in type.GetMethods(Everything)
            where cpu.IsDefined(typeof(IntrinsicImplementationAttribute))
            select (cpu, Find(marker.GpuBody, cpu.Name), Find(marker.CudaBody, cpu.Name)),
            // Elements lie below this folder and cannot name their bodies.
            (Find(typeof(Float16Pair), nameof(Float16Pair.Decode)),
                Find(typeof(Float16Pair), nameof(Float16Pair.DecodeBits)),
                Find(typeof(PrimitivesCuda), nameof(PrimitivesCuda.DecodeFloat16)))];

    private static MethodInfo Find(Type bodies, string name) =>
        bodies.GetMethod(name, Everything) ?? throw new MissingMethodException(bodies.FullName, name);
}
