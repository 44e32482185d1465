namespace Homer.Kernels.Devices;

/// <summary>The purpose for which device memory is held.</summary>
public enum MemoryUse
{
    /// <summary>Parameters of the model, mapped or copied.</summary>
    Weights,

    /// <summary>Keys, values and other data that a context keeps between launches.</summary>
    Cache,

    /// <summary>Activations and scratch that any launch may overwrite.</summary>
    Workspace,
}

/// <summary>Counts every byte held on a device: by use, now and at the peak. Thread safe.</summary>
public sealed class MemoryLedger
{
    private readonly Lock gate = new();
    private readonly long[] byUse = new long[Enum.GetValues<MemoryUse>().Length];
    private long inUse;
    private long peak;

    /// <summary>Bytes held now.</summary>
    public long InUse
    {
        get { lock (gate) return inUse; }
    }

    /// <summary>The most bytes ever held at once since the start or the last <see cref="ResetPeak"/>.</summary>
    public long Peak
    {
        get { lock (gate) return peak; }
    }

    /// <summary>Bytes held now for one use.</summary>
    public long Of(MemoryUse use)
    {
        lock (gate) return byUse[(int)use];
    }

    /// <summary>Starts a new measurement of <see cref="Peak"/> from the bytes held now.</summary>
    public void ResetPeak()
    {
        lock (gate) peak = inUse;
    }

    internal void Add(MemoryUse use, long bytes)
    {
        lock (gate)
        {
            byUse[(int)use] += bytes;
            inUse += bytes;
            peak = Math.Max(peak, inUse);
        }
    }

    internal void Remove(MemoryUse use, long bytes)
    {
        lock (gate)
        {
            byUse[(int)use] -= bytes;
            inUse -= bytes;
        }
    }
}
