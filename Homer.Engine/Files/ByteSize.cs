namespace Homer.Engine.Files;

/// <summary>Writes numbers of bytes for people.</summary>
internal static class ByteSize
{
    /// <summary>Returns a number of bytes in KiB, MiB or GiB.</summary>
    public static string Of(long bytes) => bytes switch
    {
        < 1 << 20 => $"{bytes / 1024.0:0.#} KiB",
        < 1 << 30 => $"{bytes / (double)(1 << 20):0.#} MiB",
        _ => $"{bytes / (double)(1 << 30):0.##} GiB",
    };
}
