using ILGPU;

namespace Homer.Kernels.Recall;

/// <summary>The queries of a question's tokens in some heads, before RoPE, in units of the deviation of each.</summary>
public struct RecallQueries
{
    /// <summary>[heads, queries, head_dim].</summary>
    public ArrayView<float> Elements;

    /// <summary>The numbers that are subtracted from products with keys [heads, queries].</summary>
    public ArrayView<float> Means;
}
