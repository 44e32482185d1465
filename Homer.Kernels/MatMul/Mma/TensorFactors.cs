using Homer.Kernels.Devices;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>The addresses of the factors of y = x·wᵀ, both multiples of 16; a parameter of kernels.</summary>
internal struct TensorFactors
{
    /// <summary>The address of x [rows, depth], 32-bit.</summary>
    public long X;

    /// <summary>The address of w [columns, depth], 16-bit; or of eight-bit elements [columns, depth padded to whole blocks].</summary>
    public long W;

    /// <summary>Returns the addresses of a product's factors.</summary>
    public static TensorFactors Of(ArrayView<float> x, WeightMatrix w) => new() { X = DeviceAddress.Of(x), W = w.Address };
}
