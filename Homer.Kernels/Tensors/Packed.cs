using ILGPU;

namespace Homer.Kernels.Tensors;

/// <summary>Two neighbouring elements, as 32-bit numbers.</summary>
internal struct Pair
{
    public float Low, High;
}

/// <summary>16 bytes, which a thread of a GPU loads at once: four 32-bit numbers.</summary>
internal struct Float4
{
    public float X, Y, Z, W;
}

/// <summary>16 bytes, which a thread of a GPU loads at once: eight 16-bit elements, or the bits of four of 32 bits.</summary>
internal struct Packed8
{
    public uint E01, E23, E45, E67;
}

/// <summary>An element that is loaded two to a 32-bit word. What the member is called on does not matter.</summary>
internal interface IPackedElement : IWeightElement
{
    /// <summary>The values of two elements, the first of which is the lower half.</summary>
    Pair Unpack(uint bits);
}

/// <summary>An element of the cache that is loaded 16 bytes at a time. What members are called on does not matter.</summary>
internal interface ILoadedElement : IWeightElement
{
    /// <summary>Elements of 16 bytes.</summary>
    int ElementsOfLoad { get; }

    /// <summary>The product of 16 bytes of elements and as many numbers.</summary>
    /// <param name="loaded">The elements.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="at">The first that counts.</param>
    float Dot(Packed8 loaded, ArrayView<float> numbers, int at);
}
