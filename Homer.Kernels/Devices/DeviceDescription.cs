namespace Homer.Kernels.Devices;

/// <summary>The identity and features of a device, known without opening it.</summary>
/// <param name="Id">The name for <c>--device</c>: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:1</c>.</param>
/// <param name="Kind">The family it belongs to.</param>
/// <param name="Name">The name that the driver reports.</param>
/// <param name="MemoryBytes">The memory for all allocations together, in bytes.</param>
/// <param name="Multiprocessors">Compute units, or threads of the CPU.</param>
/// <param name="IsGpu">Whether it is a graphics processor; <c>auto</c> takes an OpenCL device only if it is.</param>
/// <param name="Features">Its features, in a few words for users.</param>
public sealed record DeviceDescription(
    string Id, DeviceKind Kind, string Name, long MemoryBytes, int Multiprocessors, bool IsGpu, string Features);

/// <summary>A family of which no device was found, with the reason.</summary>
/// <param name="Kind">The family.</param>
/// <param name="Reason">One sentence: what is missing and how to fix it.</param>
public sealed record MissingDevice(DeviceKind Kind, string Reason)
{
    /// <summary>Whether its driver is installed, so that something else is wrong.</summary>
    public bool HasDriver { get; init; }
}
