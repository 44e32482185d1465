using System.Runtime.InteropServices;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace Homer.Kernels.Devices;

/// <summary>
/// An opened accelerator: it allocates memory, which its ledger counts, and chooses launch configurations. Launches are queued in order on
/// one stream; reading a buffer waits for them. Several threads may use it at once, each with buffers of its own.
/// </summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Context context;
    private readonly bool isCpu;
    private readonly CpuMemory cpuMemory = new();
    private bool stopped;

    internal ComputeDevice(Context context, Accelerator accelerator, DeviceDescription description)
    {
        this.context = context;
        Accelerator = accelerator;
        Description = description;
        isCpu = description.Kind == DeviceKind.Cpu;
        GroupSize = isCpu ? 1 : GpuGroup.Size;
        Batch = isCpu ? new(accelerator, cpuMemory) : null;
        Kernels = new(this);
        if (accelerator.MaxNumThreadsPerGroup < GroupSize)
        {
            throw new NotSupportedException(
                $"it runs groups of {accelerator.MaxNumThreadsPerGroup} threads at most, and Homer's kernels need {GroupSize}");
        }
    }

    /// <summary>The identity and the features of the device.</summary>
    public DeviceDescription Description { get; }

    /// <summary>
    /// The name of what orders and rounds sums, on which the last bits of results depend: on the CPU the kind of processor and the width of
    /// its vectors, elsewhere the name of the device.
    /// </summary>
    public string Arithmetic => isCpu
        ? $"cpu {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()} {VectorWidth.Name}"
        : $"{Description.Kind.ToString().ToLowerInvariant()} {Description.Name}";

    /// <summary>The ledger of the bytes held on the device.</summary>
    public MemoryLedger Memory { get; } = new();

    /// <summary>
    /// The bytes that can be allocated at present, as far as the driver tells what other programs take; on the CPU those of the host.
    /// </summary>
    public long FreeBytes => Accelerator switch
    {
        _ when isCpu => HostMemory.FreeBytes,
        CudaAccelerator cuda => cuda.GetFreeMemory(),
        _ => Description.MemoryBytes - Memory.InUse,
    };

    /// <summary>The launchers of kernels that are loaded on the device.</summary>
    public LoadedKernels Kernels { get; }

    /// <summary>The ILGPU accelerator, on which kernels are loaded.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The number of threads that work together on one row: 1 on the CPU, where wide vectors take their place.</summary>
    public int GroupSize { get; }

    /// <summary>True where the instructions of tensor cores (mma) exist: on NVIDIA GPUs from sm_80 (Ampere) on.</summary>
    internal bool HasTensorCores => Accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;

    /// <summary>
    /// True where the instructions of warpgroups (wgmma) exist: on Hopper alone, since sm_90a is not compatible with later
    /// architectures, and with a driver of CUDA 12 or later.
    /// </summary>
    internal bool HasWarpgroups =>
        Accelerator is CudaAccelerator cuda
        && cuda.Architecture == CudaArchitecture.SM_90 && cuda.InstructionSet >= CudaInstructionSet.ISA_80;

    /// <summary>True where kernels use host memory in place, so that mapped weights need no copy.</summary>
    public bool SharesHostMemory => isCpu;

    /// <summary>
    /// The number of tokens in one block of prefill: enough rows to keep matrix products efficient, few enough to keep activations small.
    /// The tiles of a product of 512 rows are too few for the multiprocessors of a large GPU.
    /// </summary>
    public int BlockLength => isCpu ? 512 : 2048;

    /// <summary>
    /// The number of rows that a product should have where small pieces of work can be combined: enough to keep a large GPU busy; 0 on the
    /// CPU, where nothing is gained.
    /// </summary>
    public int RowsAtOnce => isCpu ? 0 : 1280;

    /// <summary>
    /// Returns the launch configuration of a kernel over <paramref name="items"/> independent items: one group for each item on a GPU, one
    /// group
    /// for each thread on the CPU, which partitions the items among them.
    /// </summary>
    public KernelConfig Grid(int items) => new(isCpu ? Accelerator.NumMultiprocessors : Math.Max(items, 1), GroupSize);

    /// <summary>The launch configuration of a kernel that runs in a single group.</summary>
    public KernelConfig OneGroup => new(1, GroupSize);

    /// <summary>Returns the bytes that the ledger counts for a buffer of <paramref name="length"/> elements.</summary>
    /// <exception cref="OverflowException">The number of bytes does not fit 64 bits.</exception>
    public static long BytesFor<T>(long length)
        where T : unmanaged
    {
        // Kernels may be handed an empty tensor, but no backend can allocate one.
        return checked(Math.Max(length, 1) * Marshal.SizeOf<T>());
    }

    /// <summary>The compilations of kernels.</summary>
    internal Compilations Compilations { get; } = new();

    /// <summary>The queue of the CPU device; null on other devices, whose drivers have their own.</summary>
    internal CpuBatch? Batch { get; }

    /// <summary>Allocates <paramref name="length"/> elements of undefined content.</summary>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public DeviceBuffer<T> Allocate<T>(long length, MemoryUse use)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ObjectDisposedException.ThrowIf(stopped, this);
        long bytes = RequireRoom<T>(length);
        int size = Marshal.SizeOf<T>();
        long elements = bytes / size;
        if (isCpu)
        {
            nint pointer = AllocateAligned(bytes);
            return new(this, CPUMemoryBuffer.Create(Accelerator, pointer, elements, size), use, length, () => cpuMemory.Free(pointer));
        }

        try
        {
            return new(this, Accelerator.AllocateRaw(elements, size), use, length, null);
        }
        catch (AcceleratorException e)
        {
            throw OutOfMemory(bytes, e);
        }
    }

    /// <summary>Allocates a buffer that holds a copy of <paramref name="values"/>.</summary>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> values, MemoryUse use)
        where T : unmanaged
    {
        DeviceBuffer<T> buffer = Allocate<T>(values.Length, use);
        try
        {
            buffer.Write(values);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes host memory that outlives the buffer visible to kernels: in place on the CPU, by a copy elsewhere.
    /// </summary>
    /// <param name="pointer">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="use">What the memory is held for.</param>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public unsafe DeviceBuffer<T> Map<T>(T* pointer, long length, MemoryUse use)
        where T : unmanaged
    {
        if (SharesHostMemory)
            return new(this, CPUMemoryBuffer.Create(Accelerator, (nint)pointer, length, sizeof(T)), use, length, null);

        DeviceBuffer<T> buffer = Allocate<T>(length, use);
        const int Step = 1 << 28;
        for (long at = 0; at < length; at += Step)
            buffer.Write(new ReadOnlySpan<T>(pointer + at, (int)Math.Min(Step, length - at)), at);
        Synchronize();
        return buffer;
    }

    /// <summary>Waits for the device and copies what a view shows to the host.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <param name="view">The view.</param>
    public T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        var values = new T[view.Length];
        if (values.Length == 0)
            return values;
        Flush();
        view.CopyToCPU(Accelerator.DefaultStream, values.AsSpan());
        Synchronize();
        return values;
    }

    /// <summary>Waits until everything launched has run.</summary>
    public void Synchronize()
    {
        Flush();
        Accelerator.Synchronize();
    }

    /// <summary>
    /// Refuses further allocations and, on the CPU, launches, which then throw <see cref="ObjectDisposedException"/>: memory that other
    /// threads still refer to can be freed.
    /// </summary>
    public void Stop()
    {
        stopped = true;
        Batch?.Stop();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopped = true;
        Compilations.Close();
        Batch?.Dispose();
        Accelerator.Dispose();
        context.Dispose();
    }

    /// <summary>
    /// Launches kernels of which none reads or writes what another writes, so that the CPU's threads need no barrier between them.
    /// </summary>
    public void LaunchTogether(Action launches)
    {
        ArgumentNullException.ThrowIfNull(launches);
        if (Batch is { } batch)
            batch.AddTogether(launches);
        else
            launches();
    }

    /// <summary>Submits the queued kernels; call before the host touches memory that they use.</summary>
    internal void Flush() => Batch?.Flush();

    private long RequireRoom<T>(long length)
        where T : unmanaged
    {
        long bytes;
        try
        {
            bytes = ComputeDevice.BytesFor<T>(length);
        }
        catch (OverflowException e)
        {
            throw OutOfMemory(long.MaxValue, e);
        }

        return bytes <= Description.MemoryBytes - Memory.InUse ? bytes : throw OutOfMemory(bytes, null);
    }

    private HomerException OutOfMemory(long bytes, Exception? cause)
    {
        const double GiB = 1L << 30;
        string message = $"{Description.Id} cannot hold {bytes / GiB:0.###} GiB more: {Memory.InUse / GiB:0.###} of its "
            + $"{Description.MemoryBytes / GiB:0.###} GiB are in use; "
            + "take a shorter document, smaller chunks or a device with more memory.";
        return cause is null ? new HomerException(message) : new HomerException(message, cause);
    }

    private nint AllocateAligned(long bytes)
    {
        try
        {
            return cpuMemory.Allocate(bytes);
        }
        catch (OutOfMemoryException e)
        {
            throw OutOfMemory(bytes, e);
        }
    }
}
