// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Elements;

namespace Homer.Kernels.TensorCores;

/// <summary>binary16 as tensor cores multiply it; numbers beyond ±65504 are rounded to ±65504.</summary>
internal readonly struct Float16Mma : ITensorElement
{
    public uint Round(Float32x2 pair) =>
        TensorInstructions.RoundToFloat16(TensorInstructions.Saturate(pair.Low), TensorInstructions.Saturate(pair.High));

    public Float32x2 Remainder(Float32x2 pair, uint rounded)
    {
        Float32x2 value = Float16Pair.Decode(rounded);
        return new() { Low = pair.Low - value.Low, High = pair.High - value.High };
    }

    public Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1) => TensorInstructions.MultiplyAddFloat16(sums, x, w0, w1);

    public void BeginMultiplyAdd256(long a, long b) => WarpgroupInstructions.BeginFloat16Of256(a, b);

    public void BeginMultiplyAdd128(long a, long b) => WarpgroupInstructions.BeginFloat16Of128(a, b);

    public void BeginMultiplyAdd64(long a, long b) => WarpgroupInstructions.BeginFloat16Of64(a, b);
}
