using System.Reflection;
using Homer.Kernels.Attention.Mma;
using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Wgmma;
using Homer.Kernels.Rows;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Homer.Tests.Kernels;

/// <summary>Finds all kernels and compiles them for GPUs; no GPU is needed.</summary>
internal static class KernelCompiler
{
    private static readonly Type[] Elements =
    [
        typeof(Float32), typeof(Float16), typeof(BFloat16),
        typeof(StoredWeights<Float32>), typeof(StoredWeights<Float16>), typeof(StoredWeights<BFloat16>), typeof(Int8Weights),
        typeof(Float16Mma), typeof(BFloat16Mma), typeof(OnePart), typeof(TwoParts), typeof(Heads64), typeof(Heads128),
        typeof(Word128), typeof(AlignedFloat32x4Access), typeof(UnalignedFloat32x4Access),
        typeof(WideTile), typeof(SquareTile), typeof(NarrowTile),
        typeof(Q40), typeof(Q41), typeof(Q50), typeof(Q51), typeof(Q80), typeof(Q2K), typeof(Q3K), typeof(Q4K), typeof(Q5K), typeof(Q6K),
        typeof(Iq4Nl), typeof(Iq4Xs), typeof(Mxfp4), typeof(Tq10), typeof(Tq20), typeof(E4M3),
    ];

    /// <summary>
    /// Every static method called …Kernel, except the CPU queue's own; generic ones once for each choice of element, weight and access
    /// types.
    /// </summary>
    public static IReadOnlyDictionary<string, MethodInfo> Kernels { get; } = (
        from type in typeof(Linear).Assembly.GetTypes()
        where type.Namespace != typeof(ComputeDevice).Namespace
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.Name.EndsWith("Kernel", StringComparison.Ordinal)
        from kernel in method.IsGenericMethodDefinition
            ? Choices(method.GetGenericArguments()).Select(types => method.MakeGenericMethod(types))
            : [method]
        select kernel).ToDictionary(Name);

    /// <summary>Returns whether a device of an architecture can run a kernel.</summary>
    public static bool Runs(MethodInfo kernel, CudaArchitecture architecture) =>
        !IsForWarpgroups(kernel) || architecture == CudaArchitecture.SM_90;

    /// <summary>Returns whether a kernel is for Hopper alone.</summary>
    public static bool IsForWarpgroups(MethodInfo kernel) => kernel.IsDefined(typeof(RequiresWarpgroupsAttribute), inherit: false);

    /// <summary>Returns the PTX of a kernel, in a version that drivers from CUDA 12.0 on accept.</summary>
    public static string ToPtx(MethodInfo kernel, CudaArchitecture architecture)
    {
        using Context context = NewContext();
        var capabilities = new CudaCapabilityContext(architecture);
        using var backend = new PTXBackend(context, capabilities, architecture, CudaInstructionSet.ISA_80, nvvmAPI: null);
        var compiled = (PTXCompiledKernel)Compile(backend, kernel);
        if (IsForWarpgroups(kernel))
            WarpgroupModule.Retarget(compiled);
        return compiled.PTXAssembly;
    }

    /// <summary>Returns the OpenCL C of a kernel, for a device with nothing but the features that Homer requires.</summary>
    public static string ToOpenCL(MethodInfo kernel)
    {
        var capabilities = new CLCapabilityContext(
            float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using Context context = NewContext();
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL20);
        return ((CLCompiledKernel)Compile(backend, kernel)).Source;
    }

    /// <summary>Returns all combinations of types that a kernel's type parameters can be.</summary>
    private static IEnumerable<Type[]> Choices(ReadOnlySpan<Type> parameters)
    {
        IEnumerable<Type[]> choices = [[]];
        foreach (Type parameter in parameters)
        {
            Type[] fitting = [.. Elements.Where(element => Fits(parameter, element))];
            // Otherwise the kernel would be skipped.
            Assert.True(fitting.Length > 0, $"none of the types known here can be {parameter} of {parameter.DeclaringMethod}");
            choices = choices.SelectMany(before => fitting.Select(element => (Type[])[.. before, element]));
        }

        return choices;
    }

    // Kernels that write to the cache take only elements that it can hold.
    private static bool Fits(Type parameter, Type element) =>
        Array.TrueForAll(parameter.GetGenericParameterConstraints(), constraint =>
            constraint == typeof(ValueType)
            || element.GetInterfaces().Any(
                implemented => implemented.IsGenericType == constraint.IsGenericType && implemented.Name == constraint.Name));

    private static string Name(MethodInfo kernel)
    {
        string types = kernel.IsGenericMethod ? $"<{string.Join(",", kernel.GetGenericArguments().Select(Name))}>" : "";
        return $"{kernel.DeclaringType!.Name}.{kernel.Name}{types}";
    }

    // Stored weights are named by their element.
    private static string Name(Type type) => type.IsGenericType ? Name(type.GetGenericArguments()[0]) : type.Name;

    // A new context for each kernel: one that failed to compile can leave a context unusable.
    private static Context NewContext() => Context.Create(builder =>
    {
        BackendBodies.Register(builder);
        builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
    });

    private static CompiledKernel Compile(Backend backend, MethodInfo kernel) =>
        backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), ResidentGroupsAttribute.Of(kernel));
}
