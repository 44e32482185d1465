// Tour: docs/kernels.md#warpgroupproduct
using System.Reflection;
using Homer.Kernels.Devices;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// A kernel for sm_90a with more shared memory than 48 KiB, neither of which ILGPU 1.5.3 supports. ILGPU compiles the kernel; its PTX
/// gets another target and the shared memory; and the driver is called directly to allow that memory and to launch.
/// </summary>
/// <typeparam name="T">The kernel's one parameter, without references or views: the driver gets its bytes.</typeparam>
internal sealed unsafe class WarpgroupKernel<T>
    where T : unmanaged
{
    // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, and CU_LAUNCH_PARAM_BUFFER_POINTER, _BUFFER_SIZE and _END, of cuda.h.
    private const int MostSharedBytes = 8;
    private const nint BufferPointer = 1;
    private const nint BufferSize = 2;

    private readonly CompiledOnce<CudaKernel> kernel;
    private readonly ComputeDevice device;
    private readonly int threads;
    private readonly int sharedBytes;

    /// <param name="device">The device; kernels are compiled at their first launch.</param>
    /// <param name="method">The kernel.</param>
    /// <param name="threads">Threads of a group.</param>
    /// <param name="sharedBytes">Bytes of shared memory of a group.</param>
    public WarpgroupKernel(ComputeDevice device, Action<T> method, int threads, int sharedBytes)
    {
        this.device = device;
        this.threads = threads;
        this.sharedBytes = sharedBytes;
        kernel = new(device.Compilations, () => Load(method.Method));
    }

    /// <summary>Launches the kernel on the device's stream.</summary>
    public void Launch(int groups, T arguments)
    {
        CudaKernel loaded = kernel.Value;
        var stream = (CudaStream)device.Accelerator.DefaultStream;
        nint size = sizeof(T);
        nint* parameters = stackalloc nint[] { BufferPointer, (nint)(&arguments), BufferSize, (nint)(&size), 0 };
        device.Accelerator.Bind();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.LaunchKernel(
            loaded.FunctionPtr, groups, 1, 1, threads, 1, 1, sharedBytes, stream.StreamPtr, 0, (nint)parameters));
    }

    private CudaKernel Load(MethodInfo method)
    {
        Backend backend = device.Accelerator.GetBackend();
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(method);
        var compiled = (PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty);
        WarpgroupModule.Retarget(compiled);
        device.Accelerator.Bind();
        var loaded = (CudaKernel)device.Accelerator.LoadKernel(compiled);
        var setAttribute = (delegate* unmanaged<nint, int, int, CudaError>)DriverLibraries.CudaFunction("cuFuncSetAttribute");
        CudaException.ThrowIfFailed(setAttribute(loaded.FunctionPtr, MostSharedBytes, sharedBytes));
        return loaded;
    }
}
