using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Homer.Kernels.Devices;

/// <summary>Finds the devices of this machine and opens them.</summary>
public static class DeviceCatalog
{
    /// <summary>The reason why programs that use Homer are published neither trimmed nor ahead of time, as compilers tell it.</summary>
    public const string NeedsReflection =
        "Homer's kernels are compiled by ILGPU, which reads their code by reflection: trimming and native AOT remove or replace it. "
        + "Publish without PublishTrimmed and PublishAot; PublishSingleFile works";

    // Threads wait for each other by spinning: far more threads than cores would hardly make progress.
    private const int MostCpuThreads = 1024;

    // In the order in which auto prefers them.
    private static readonly DeviceKind[] GpuKinds = [DeviceKind.Cuda, DeviceKind.OpenCL];

    /// <summary>Finds every device, and a reason for each family that has none.</summary>
    /// <returns>The devices in the order in which <c>auto</c> prefers them, then what is missing.</returns>
    /// <exception cref="HomerException">HOMER_VECTOR_BITS is no width of vectors.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static (IReadOnlyList<DeviceDescription> Devices, IReadOnlyList<MissingDevice> Missing) Survey()
    {
        VectorWidth.RequireKnown();
        var devices = new List<DeviceDescription>();
        var missing = new List<MissingDevice>();
        foreach (DeviceKind kind in GpuKinds)
        {
            using Context? context = TryCreateContext(kind, out string? reason);
            if (context is null)
                missing.Add(Missing(kind, reason!));
            else
                devices.AddRange(Describe(context, kind));
        }

        devices.Add(DescribeCpu(Environment.ProcessorCount));
        return (devices, missing);
    }

    /// <summary>Opens a device.</summary>
    /// <param name="specification">
    /// <c>auto</c> (CUDA, else an OpenCL GPU, else the CPU); <c>cuda</c> or <c>opencl</c>, with an index where there are several
    /// (<c>cuda:1</c>); or
    /// <c>cpu</c>, of which there is only one, with a number of threads where it should not be that of the cores (<c>cpu:1</c>).
    /// </param>
    /// <exception cref="HomerException">There is no such device; the message says why.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static ComputeDevice Open(string specification = "auto") => Choose(specification).Device;

    /// <summary>Opens a device as <see cref="Open"/> does, and tells why the kinds that <c>auto</c> prefers were passed over.</summary>
    /// <param name="specification">As of <see cref="Open"/>.</param>
    /// <returns>The device, and the kinds that were passed over; none where a device was asked for by name.</returns>
    /// <exception cref="HomerException">There is no such device; the message says why.</exception>
    [RequiresUnreferencedCode(NeedsReflection)]
    [RequiresDynamicCode(NeedsReflection)]
    public static (ComputeDevice Device, IReadOnlyList<MissingDevice> PassedOver) Choose(string specification = "auto")
    {
        ArgumentNullException.ThrowIfNull(specification);
        string? reason;
        if (specification == "auto")
        {
            List<MissingDevice> passedOver = [];
            foreach (DeviceKind family in GpuKinds)
            {
                if (TryOpen(family, 0, gpuOnly: true, out reason) is { } gpu)
                    return (gpu, passedOver);
                passedOver.Add(Missing(family, reason!));
            }

            return (OpenCpu(null), passedOver);
        }

        (DeviceKind kind, int? number) = Parse(specification);
        ComputeDevice device = kind == DeviceKind.Cpu
            ? OpenCpu(number)
            : TryOpen(kind, number ?? 0, gpuOnly: false, out reason) ?? throw new HomerException(reason!);
        return (device, []);
    }

    /// <summary>Refuses what does not name devices, whether or not this machine has them.</summary>
    /// <param name="specifications">Names as of <see cref="Open"/>, with commas between them.</param>
    /// <exception cref="HomerException">A name is none of a device.</exception>
    public static void RequireNames(string specifications)
    {
        ArgumentNullException.ThrowIfNull(specifications);
        foreach (string name in specifications.Split(',', StringSplitOptions.TrimEntries))
        {
            if (name != "auto")
                _ = Parse(name);
        }
    }

    private static (DeviceKind Kind, int? Number) Parse(string specification)
    {
        string[] parts = specification.Split(':');
        DeviceKind? kind = parts[0].ToUpperInvariant() switch
        {
            "CPU" => DeviceKind.Cpu,
            "CUDA" => DeviceKind.Cuda,
            "OPENCL" => DeviceKind.OpenCL,
            _ => null,
        };
        int number = 0;
        if (kind is null || parts.Length > 2
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            throw new HomerException(
                $"'{specification}' is not a device; use auto, cpu, cpu:THREADS, cuda, cuda:INDEX, opencl or opencl:INDEX.");
        }

        if (kind == DeviceKind.Cpu && parts.Length == 2 && number is < 1 or > MostCpuThreads)
        {
            throw new HomerException(
                $"'{specification}' is not a device: the number after cpu is that of its threads, 1 to {MostCpuThreads}.");
        }

        return (kind.Value, parts.Length == 2 ? number : null);
    }

    private static ComputeDevice OpenCpu(int? threads)
    {
        VectorWidth.RequireKnown();
        int count = threads ?? Environment.ProcessorCount;
        // Kernels run as the C# that they are: ILGPU's own version of them is neither redirected to other bodies nor worth optimizing.
        Context context = Context.Create(builder => builder.CPU().Optimize(OptimizationLevel.O0));
        // One thread in a group and one group on a core: launches and groups of any other form cost several times more (a barrier up to 250
        // µs).
        var device = new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: count);
        DeviceDescription description = DescribeCpu(count);
        return new(
            context, device.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel),
            threads is null ? description : description with { Id = $"{description.Id}:{count}" });
    }

    private static ComputeDevice? TryOpen(DeviceKind kind, int index, bool gpuOnly, out string? reason)
    {
        Context? context = TryCreateContext(kind, out reason);
        if (context is null)
            return null;

        List<DeviceDescription> found = [.. Describe(context, kind)];
        if (gpuOnly)
            index = found.FindIndex(device => device.IsGpu);
        if (index < 0 || index >= found.Count)
        {
            string there = string.Join(", ", found.Select(device => device.Id));
            reason = gpuOnly
                ? $"{there} is no GPU, and auto takes no other device of {kind}; give --device {found[0].Id} to use it."
                : $"There is no {Id(kind, index)}; this machine has {there}.";
            context.Dispose();
            return null;
        }

        try
        {
            return new(context, DevicesOf(context, kind)[index].CreateAccelerator(context), found[index]);
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or InvalidOperationException)
        {
            reason = $"{Id(kind, index)} ({found[index].Name}) was found but could not be opened: {e.Message.TrimEnd('.')}.";
            context.Dispose();
            return null;
        }
    }

    private static Context? TryCreateContext(DeviceKind kind, out string? reason)
    {
        reason = kind == DeviceKind.Cuda
            ? "No CUDA device: install an NVIDIA GPU with its driver, or use --device cpu."
            : "No OpenCL device: install the OpenCL loader and a driver for OpenCL 2.0 or later, or use --device cpu.";
        if (!DriverLibraries.IsInstalled(kind))
            return null;

        Context? context = null;
        try
        {
            DriverLibraries.Register();
            context = Context.Create(builder => Configure(kind == DeviceKind.Cuda ? builder.Cuda() : builder.OpenCL()).EnableAlgorithms());
            if (DevicesOf(context, kind).Count > 0)
                return context;
            reason = kind == DeviceKind.Cuda
                ? "The CUDA driver is installed but reports no device; check nvidia-smi, or use --device cpu."
                : "The OpenCL loader is installed but no driver offers OpenCL 2.0 with a generic address space; "
                    + "update the driver, or use --device cpu.";
        }
        catch (Exception e) when (e is AcceleratorException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException)
        {
            reason = $"The {kind} driver is installed but failed: {e.Message.TrimEnd('.')}; repair it, or use --device cpu.";
        }

        context?.Dispose();
        return null;
    }

    private static Context.Builder Configure(Context.Builder builder)
    {
        BackendBodies.Register(builder);
        return builder.Optimize(OptimizationLevel.O2);
    }

    private static List<Device> DevicesOf(Context context, DeviceKind kind)
    {
        AcceleratorType type = kind == DeviceKind.Cuda ? AcceleratorType.Cuda : AcceleratorType.OpenCL;
        return [.. context.Devices.Where(device => device.AcceleratorType == type)];
    }

    private static IEnumerable<DeviceDescription> Describe(Context context, DeviceKind kind) =>
        DevicesOf(context, kind).Select((device, index) => new DeviceDescription(
            Id(kind, index), kind, device.Name.Trim(), device.MemorySize, device.NumMultiprocessors,
            device is not CLDevice cl || cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU), FeaturesOf(device)));

    private static string FeaturesOf(Device device) => device switch
    {
        CudaDevice cuda => $"{cuda.Architecture}, {cuda.MaxSharedMemoryPerGroup / 1024} KiB shared memory, driver {cuda.DriverVersion}",
        CLDevice cl => $"OpenCL {cl.DeviceVersion.Major}.{cl.DeviceVersion.Minor}, {cl.PlatformName.Trim()}, "
            + $"{cl.MaxSharedMemoryPerGroup / 1024} KiB shared memory",
        _ => "",
    };

    private static DeviceDescription DescribeCpu(int threads) => new(
        "cpu", DeviceKind.Cpu, $"{RuntimeInformation.ProcessArchitecture} processor",
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, threads,
        IsGpu: false, $"{VectorWidth.Name} vectors, {threads} threads, weights used in place");

    private static MissingDevice Missing(DeviceKind kind, string reason) =>
        new(kind, reason) { HasDriver = DriverLibraries.IsInstalled(kind) };

    private static string Id(DeviceKind kind, int index) => $"{kind.ToString().ToLowerInvariant()}:{index}";
}
