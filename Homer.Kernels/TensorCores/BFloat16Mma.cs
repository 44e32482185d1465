// Tour: docs/kernels.md#tensorproduct
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.TensorCores;

/// <summary>bfloat16 as tensor cores multiply it.</summary>
internal readonly struct BFloat16Mma : ITensorElement
{
    public uint Round(Float32x2 pair) => TensorInstructions.RoundToBFloat16(pair.Low, pair.High);

    public Float32x2 Remainder(Float32x2 pair, uint rounded) => new()
    {
        Low = pair.Low - Interop.IntAsFloat(rounded << 16),
        High = pair.High - Interop.IntAsFloat(rounded & 0xffff0000u),
    };

    public Sums MultiplyAdd(Sums sums, Registers x, uint w0, uint w1) => TensorInstructions.MultiplyAddBFloat16(sums, x, w0, w1);

    public void BeginMultiplyAdd256(long a, long b) => WarpgroupInstructions.BeginBFloat16Of256(a, b);

    public void BeginMultiplyAdd128(long a, long b) => WarpgroupInstructions.BeginBFloat16Of128(a, b);

    public void BeginMultiplyAdd64(long a, long b) => WarpgroupInstructions.BeginBFloat16Of64(a, b);
}
