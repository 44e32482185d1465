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
    // Measured on texts of 1.5 and 7 million tokens: their bytes in the file, characters of two bytes, and ids of four in a few lists.
    private const int HostBytesPerToken = 27;

    /// <summary>
    /// Estimates the memory of the host that a text and its tokens take, which is not part of the forecast and which no budget limits. A
    /// program and .NET take some 70 MB besides.
    /// </summary>
    /// <param name="tokens">The number of tokens.</param>
    public static long HostBytesFor(int tokens) => (long)tokens * HostBytesPerToken;

    /// <summary>The most bytes held at once.</summary>
    public long PeakBytes => WeightsBytes + CacheBytes + WorkspaceBytes;
}
