using ILGPU;

namespace Homer.Kernels.MatMul;

/// <summary>
/// Rows of x that a GEMV normalizes as it reads them, weight · x / √(mean(x²) + ε) of each (RMSNorm); a parameter of kernels.
/// </summary>
public struct NormedRows
{
    /// <summary>x [count, width].</summary>
    public ArrayView<float> Rows;

    /// <summary>The weight of the norm [width].</summary>
    public ArrayView<float> Weight;

    /// <summary>The ε of the norm.</summary>
    public float Epsilon;

    /// <summary>The number of rows.</summary>
    public int Count;

    /// <summary>Elements of a row.</summary>
    public int Width;
}
