using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Recall;

/// <summary>
/// The keys of a document's tokens in some heads, before RoPE, rounded to eight bits: key = scale · element. They are what is kept of a
/// token so that a later question finds it.
/// </summary>
public struct RecallKeys
{
    /// <summary>[tokens, heads, head_dim], −127 … 127.</summary>
    public ArrayView<sbyte> Elements;

    /// <summary>[tokens, heads].</summary>
    public ArrayView<Float16> Scales;
}
