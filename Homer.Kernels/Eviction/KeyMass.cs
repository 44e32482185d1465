using ILGPU;

namespace Homer.Kernels.Eviction;

/// <summary>The attention that the keys of a layer have got so far.</summary>
public struct KeyMass
{
    /// <summary>[kv_heads, stride]: of each head, the first elements are its keys'.</summary>
    public ArrayView<float> Values;

    /// <summary>Elements from one head to the next.</summary>
    public int Stride;

    /// <summary>Keys whose mass is added to; the mass of later ones begins at 0.</summary>
    public int Known;
}
