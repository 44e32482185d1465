namespace Homer.Engine.Reading;

/// <summary>
/// The device memory that a reading takes at its fullest moment, known before anything is allocated: to the byte the memory that the
/// device's ledger then accounts.
/// </summary>
/// <param name="WeightsBytes">The bytes held before the reading begins: the model's parameters.</param>
/// <param name="CacheBytes">The bytes of keys, values, hidden states of live chunks, and logits.</param>
/// <param name="WorkspaceBytes">The bytes of activations, RoPE tables and scratch.</param>
public sealed record MemoryForecast(long WeightsBytes, long CacheBytes, long WorkspaceBytes)
{
    /// <summary>The most bytes held at once.</summary>
    public long PeakBytes => WeightsBytes + CacheBytes + WorkspaceBytes;
}
