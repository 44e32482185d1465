using ILGPU;

namespace Homer.Kernels.MatMul;

/// <summary>Few rows of x that a product takes normalized, weight · x / √(mean(x²) + ε) of each (RMSNorm); a parameter of kernels.</summary>
public struct NormedRows
{
    /// <summary>x [count, width].</summary>
    public ArrayView<float> Rows;

    /// <summary>[width].</summary>
    public ArrayView<float> Weight;

    /// <summary>ε of the norm.</summary>
    public float Epsilon;

    /// <summary>The number of rows.</summary>
    public int Count;

    /// <summary>Elements of a row.</summary>
    public int Width;
}
