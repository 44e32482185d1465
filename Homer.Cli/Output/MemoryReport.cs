using Homer.Engine.Contexts;
using Homer.Kernels.Devices;

namespace Homer.Cli.Output;

/// <summary>Bytes that were really held on the accelerator.</summary>
/// <param name="WeightsBytes">Parameters.</param>
/// <param name="CacheBytes">Keys and values of the finished context.</param>
/// <param name="PeakBytes">The most of everything at once.</param>
internal sealed record MemoryReport(long WeightsBytes, long CacheBytes, long PeakBytes)
{
    public static MemoryReport Of(ComputeDevice device, KvContext? context) =>
        new(device.Memory.Of(MemoryUse.Weights), context?.Cache.Bytes ?? 0, device.Memory.Peak);
}
