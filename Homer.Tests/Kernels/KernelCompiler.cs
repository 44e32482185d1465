using System.Reflection;
using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Homer.Tests.Kernels;

/// <summary>Finds all kernels and compiles them for GPUs, with none there.</summary>
internal static class KernelCompiler
{
    private static readonly Type[] Elements = [typeof(Float32), typeof(Float16), typeof(BFloat16)];

    /// <summary>Every static method called …Kernel, except the CPU queue's own; generic ones for each element type.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Kernels { get; } = (
        from type in typeof(MatMul).Assembly.GetTypes()
        where type.Namespace != typeof(ComputeDevice).Namespace
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where method.Name.EndsWith("Kernel", StringComparison.Ordinal)
        from kernel in method.IsGenericMethodDefinition ? Elements.Where(element => Fits(method, element)).Select(element => method.MakeGenericMethod(element)) : [method]
        select kernel).ToDictionary(
            kernel => $"{kernel.DeclaringType!.Name}.{kernel.Name}{(kernel.IsGenericMethod ? $"<{kernel.GetGenericArguments()[0].Name}>" : "")}");

    /// <summary>The PTX of a kernel, in a version that drivers from CUDA 12.0 on take.</summary>
    public static string ToPtx(MethodInfo kernel, CudaArchitecture architecture)
    {
        using Context context = NewContext();
        using var backend = new PTXBackend(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, nvvmAPI: null);
        return ((PTXCompiledKernel)Compile(backend, kernel)).PTXAssembly;
    }

    /// <summary>The OpenCL C of a kernel, for a device that has nothing but what Homer asks for.</summary>
    public static string ToOpenCL(MethodInfo kernel)
    {
        var capabilities = new CLCapabilityContext(
            float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using Context context = NewContext();
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL20);
        return ((CLCompiledKernel)Compile(backend, kernel)).Source;
    }

    // Kernels that write to the cache take only elements that it can hold.
    private static bool Fits(MethodInfo kernel, Type element) =>
        Array.TrueForAll(kernel.GetGenericArguments()[0].GetGenericParameterConstraints(), constraint =>
            constraint == typeof(ValueType)
            || element.GetInterfaces().Any(implemented => implemented.IsGenericType == constraint.IsGenericType && implemented.Name == constraint.Name));

    // A new context for each kernel: one that failed to compile can leave a context unusable.
    private static Context NewContext() => Context.Create(builder =>
    {
        GroupBodies.Register(builder);
        builder.EnableAlgorithms().Optimize(OptimizationLevel.O2);
    });

    private static CompiledKernel Compile(Backend backend, MethodInfo kernel) =>
        backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
}
