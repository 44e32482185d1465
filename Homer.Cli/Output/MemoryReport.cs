using Homer.Engine.Contexts;
using Homer.Kernels.Devices;

namespace Homer.Cli.Output;

/// <summary>Bytes that were allocated on the device.</summary>
/// <param name="WeightsBytes">The bytes of the model's weights.</param>
/// <param name="CacheBytes">The bytes of the finished context's keys and values.</param>
/// <param name="PeakBytes">The most bytes that were allocated at one time.</param>
internal sealed record MemoryReport(long WeightsBytes, long CacheBytes, long PeakBytes)
{
    public static MemoryReport Of(ComputeDevice device, KvContext? context) =>
        new(device.Memory.Of(MemoryUse.Weights), context?.Cache.Bytes ?? 0, device.Memory.Peak);
}
