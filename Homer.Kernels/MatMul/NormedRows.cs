using ILGPU;

namespace Homer.Kernels.MatMul;

/// <summary>Few rows of x that a product takes normalized, weight · x / √(mean(x²) + ε) of each (RMSNorm); a parameter of kernels.</summary>
internal struct NormedRows
{
    /// <summary>x [count, width].</summary>
    public ArrayView<float> Rows;

    /// <summary>[width].</summary>
    public ArrayView<float> Weight;

    public float Epsilon;
    public int Count;
    public int Width;
}
