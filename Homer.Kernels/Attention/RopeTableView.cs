using ILGPU;

namespace Homer.Kernels.Attention;

/// <summary>Tables of cosines and sines [positions, head_dim / 2], which turn a head to a position; a parameter of kernels.</summary>
internal struct RopeTableView
{
    public ArrayView<float> Cos;
    public ArrayView<float> Sin;
}
