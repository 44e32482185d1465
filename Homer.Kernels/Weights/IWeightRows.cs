using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.Weights;

/// <summary>
/// A matrix of weights as a GEMV reads it. Kernels are generic over it, and have it as a parameter.
/// </summary>
/// <typeparam name="TSelf">The matrix itself.</typeparam>
internal interface IWeightRows<TSelf>
    where TSelf : struct
{
    /// <summary>Returns, on the CPU, the weights and the body that multiplies them.</summary>
    /// <param name="k">Columns.</param>
    CpuWeightRows OnCpu(int k);

    /// <summary>Returns, on a GPU, the matrix from a row on.</summary>
    /// <param name="row">The row.</param>
    /// <param name="k">Columns, a multiple of 8.</param>
    TSelf From(int row, int k);

    /// <summary>Loads, on a GPU, the first row's elements 8·i … 8·i + 7.</summary>
    PackedEight Load(int i);

    /// <summary>Returns the dot product of eight elements with eight numbers.</summary>
    float Dot(PackedEight loaded, Float32x4 low, Float32x4 high);
}
