namespace Homer.Kernels.Elements;

/// <summary>An element of the KV cache that is loaded 16 bytes at a time. Stateless: call on <c>default(T)</c>.</summary>
internal interface ILoadedElement : IWeightElement
{
    /// <summary>The number of elements in 16 bytes.</summary>
    int ElementsOfLoad { get; }

    /// <summary>Widens the elements to floats; four elements fill the first half.</summary>
    Float32x8 Numbers(Word128 loaded);
}
