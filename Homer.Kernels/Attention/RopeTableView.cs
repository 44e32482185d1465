using ILGPU;

namespace Homer.Kernels.Attention;

/// <summary>A RoPE table: the cosines and sines [positions, head_dim / 2] of every position's angles.</summary>
public struct RopeTableView
{
    /// <summary>The cosines [positions, head_dim / 2].</summary>
    public ArrayView<float> Cos;

    /// <summary>The sines [positions, head_dim / 2].</summary>
    public ArrayView<float> Sin;
}
