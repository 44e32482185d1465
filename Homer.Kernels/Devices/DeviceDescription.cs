namespace Homer.Kernels.Devices;

/// <summary>What is known of a device without opening it.</summary>
/// <param name="Id">The name that <c>--device</c> takes: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:1</c>.</param>
/// <param name="Kind">The family it belongs to.</param>
/// <param name="Name">The name its driver gives.</param>
/// <param name="MemoryBytes">Memory that allocations share, in bytes.</param>
/// <param name="Multiprocessors">Compute units, or threads of the CPU.</param>
/// <param name="IsGpu">Whether it is a graphics processor; <c>auto</c> takes an OpenCL device only if it is.</param>
/// <param name="Features">What it can do, in a few words.</param>
public sealed record DeviceDescription(
    string Id, DeviceKind Kind, string Name, long MemoryBytes, int Multiprocessors, bool IsGpu, string Features);

/// <summary>A family of which no device was found, and why.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Reason">One sentence: what is missing and what would mend it.</param>
public sealed record MissingDevice(DeviceKind Kind, string Reason);
