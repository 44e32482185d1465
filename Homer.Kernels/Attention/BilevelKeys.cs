using ILGPU;

namespace Homer.Kernels.Attention;

/// <summary>
/// One query in two versions and the keys that each meets, in one softmax: keys 0 … FarCount − 1 meet the far one, and keys
/// FarCount … Count − 1 the near one.
/// </summary>
internal struct BilevelKeys<T>
    where T : unmanaged
{
    /// <summary>The near query [d].</summary>
    public ArrayView<float> NearQuery;

    /// <summary>The far query [d].</summary>
    public ArrayView<float> FarQuery;

    /// <summary>The keys from key FarCount on [Count − FarCount, d].</summary>
    public ArrayView<T> NearKeys;

    /// <summary>The keys before them [FarCount, d].</summary>
    public ArrayView<T> FarKeys;

    /// <summary>The values of all keys [Count, d].</summary>
    public ArrayView<T> Values;

    public int FarCount;
    public int Count;
}
