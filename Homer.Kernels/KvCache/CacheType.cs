namespace Homer.Kernels.KvCache;

/// <summary>The element type of cached keys and values.</summary>
public enum CacheType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16: half the memory, 11 significant bits.</summary>
    Float16,
}
