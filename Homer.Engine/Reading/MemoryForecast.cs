namespace Homer.Engine.Reading;

/// <summary>
/// The device memory of a reading at its peak, known before anything is allocated. It agrees to the byte with what the device's ledger
/// counts when the reading is executed.
/// </summary>
/// <param name="WeightsBytes">The bytes that are held before the reading begins: the model's parameters.</param>
/// <param name="CacheBytes">The bytes of keys, values, hidden states of live chunks, and logits.</param>
/// <param name="WorkspaceBytes">The bytes of activations, RoPE tables and scratch.</param>
public sealed record MemoryForecast(long WeightsBytes, long CacheBytes, long WorkspaceBytes)
{
    /// <summary>The most bytes held at once.</summary>
    public long PeakBytes => WeightsBytes + CacheBytes + WorkspaceBytes;
}
