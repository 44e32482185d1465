using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.InteropServices;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Homer.Tests.Snippets;

/// <summary>The C# of docs/ilgpu-notes.md. It is compiled and never run.</summary>
internal static class IlgpuNotesSnippets
{
    internal static void RunOnCpu(Context context, Action<KernelConfig, ArrayView<float>> kernel, ArrayView<float> data)
    {
        // begin-snippet: cpu-device
        var device = new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: Environment.ProcessorCount);
        Accelerator cpu = device.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
        kernel(new KernelConfig(cpu.NumMultiprocessors, 1), data);
        // end-snippet
    }

    internal static ArrayView<float> Wrap(Accelerator cpu, nint pointer, long length, int elementSize)
    {
        // begin-snippet: cpu-memory
        MemoryBuffer weights = CPUMemoryBuffer.Create(cpu, pointer, length, elementSize);
        ArrayView<float> view = weights.AsArrayView<float>(0, length);
        // end-snippet
        return view;
    }

    internal static void Register(Context.Builder builder, MethodInfo cpuMethod, MethodInfo gpuMethod)
    {
        // begin-snippet: redirect
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();      // while the Context is being built
        manager.RegisterMethod(cpuMethod, new PTXIntrinsic(gpuMethod, IntrinsicImplementationMode.Redirect));
        manager.RegisterMethod(cpuMethod, new CLIntrinsic(gpuMethod, IntrinsicImplementationMode.Redirect));
        // end-snippet
    }

    internal static void Compile(Context context, MethodInfo method)
    {
        // begin-snippet: compile-to-ptx
        var architecture = CudaArchitecture.SM_90;
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, nvvmAPI: null);
        var kernel = (PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(method), KernelSpecialization.Empty);
        File.WriteAllText("kernel.ptx", kernel.PTXAssembly);             // CLBackend and CLCompiledKernel.Source for OpenCL C
        // end-snippet
    }

    internal static void Load(ArrayView<float> view, int row, int k, int i)
    {
        // begin-snippet: aligned-loads
        Float32x4 one = view.Cast<Float32x4>()[i];                                          // one load if view is a parameter …
        Float32x4 four = view.SubView(row * k, k).Cast<Float32x4>()[i];                     // … four of 4 bytes here
        Float32x4 again = view.SubView(row * k, k).AsAligned(16).Cast<Float32x4>()[i];      // one
        // end-snippet
        _ = (one, four, again);
    }

    internal static void Specialize(Accelerator accelerator, Action<ArrayView<float>> kernel)
    {
        // begin-snippet: resident-groups
        accelerator.LoadStreamKernel(kernel, new KernelSpecialization(128, 6));      // .maxntid 128, 1, 1   .minnctapersm 6
        // end-snippet
    }

    internal static void FindOpenCL()
    {
        // begin-snippet: find-opencl
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, assembly, path) =>
            name.Contains("OpenCL") && NativeLibrary.TryLoad("libOpenCL.so.1", out nint handle) ? handle : 0);
        // end-snippet
    }

    private static unsafe ReadOnlySpan<float> Span(ArrayView<float> a, int n) => new((void*)a.LoadEffectiveAddressAsPtr(), n);

    // begin-snippet: cpu-and-gpu-bodies
    internal static class Rows
    {
        [IntrinsicImplementation]                                   // the CPU: pointers and vectors are allowed
        public static float SumOfSquares(ArrayView<float> a, int n) => TensorPrimitives.SumOfSquares(Span(a, n));
    }

    internal static class RowsGpu
    {
        public static float SumOfSquares(ArrayView<float> a, int n) // GPUs: the group's threads together
        {
            float sum = 0;
            for (int i = Group.IdxX; i < n; i += Group.DimX)
                sum += a[i] * a[i];
            return GroupExtensions.AllReduce<float, AddFloat>(sum);
        }
    }

    // end-snippet

    /// <summary>A weight element and its kernel, as small as they can be.</summary>
    internal static class WeightElements
    {
        // begin-snippet: generic-kernel
        public interface IWeightElement { float ToSingle(); }

        public readonly struct BFloat16(ushort bits) : IWeightElement
        {
            public float ToSingle() => Interop.IntAsFloat((uint)bits << 16);
        }

        internal static void Kernel<T>(ArrayView<float> y, ArrayView<T> w)
            where T : unmanaged, IWeightElement => y[Grid.IdxX] = w[Grid.IdxX].ToSingle();
        // end-snippet
    }
}
