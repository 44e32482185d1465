using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using Homer.Tests.Kernels.TensorCores;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.MatMul.Mma;

/// <summary>The kernel itself, run by an <see cref="EmulatedGroup"/>, against a product in 64 bits.</summary>
public sealed unsafe class TensorProductTests : DeviceTests
{
    // Around the edges of tiles of 64 × 128, of 32 of the depth and of three stages.
    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 1, 8, false }, { 64, 128, 32, true }, { 65, 129, 40, false }, { 17, 131, 72, true }, { 63, 9, 104, false },
        { 130, 257, 16, true }, { 33, 127, 136, false },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Bfloat16_in_three_parts_is_as_exact_as_32_bits(int m, int n, int k, bool accumulate) =>
        Multiplies<BFloat16Mma>(Open("cpu"), WeightType.BFloat16, m, n, k, accumulate, ActivationParts.For(WeightType.BFloat16), 0);

    [Theory, MemberData(nameof(Shapes))]
    public void Binary16_in_two_parts_is_as_exact_as_32_bits(int m, int n, int k, bool accumulate) =>
        Multiplies<Float16Mma>(Open("cpu"), WeightType.Float16, m, n, k, accumulate, ActivationParts.For(WeightType.Float16), 0);

    [Fact]
    public void One_part_is_off_by_the_rounding_of_x()
    {
        ComputeDevice device = Open("cpu");
        Multiplies<BFloat16Mma>(device, WeightType.BFloat16, 19, 21, 64, false, 1, 1.0 / 512);
        Multiplies<Float16Mma>(device, WeightType.Float16, 19, 21, 64, false, 1, 1.0 / 4096);
    }

    [Fact]
    public void Two_parts_of_bfloat16_are_off_by_the_square_of_that() =>
        Multiplies<BFloat16Mma>(Open("cpu"), WeightType.BFloat16, 19, 21, 64, false, 2, 1.0 / (1 << 18));

    private static void Multiplies<T>(
        ComputeDevice device, WeightType type, int m, int n, int k, bool accumulate, int parts, double rounding)
        where T : unmanaged, ITensorElement
    {
        var random = new Random(m + n + k);
        float[] x = random.Normal(m * k), before = random.Normal(m * n);
        bool half = type == WeightType.Float16;
        ushort[] bits = [.. random.Normal(n * k)
            .Select(value => half ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        double[] w = [.. bits
            .Select(value => half ? (double)BitConverter.UInt16BitsToHalf(value) : BitConverter.UInt32BitsToSingle((uint)value << 16))];
        using var output = new CanaryBuffer<float>(device, before);
        var shape = new ProductShape { Rows = m, Columns = n, Depth = k, Accumulate = accumulate ? 1 : 0, Parts = parts };
        // The emulated group runs outside of the device's queue.
        device.Flush();
        float* inputs = Copy(x);
        ushort* weights = Copy(bits);
        try
        {
            // Fewer groups than tiles, so that one takes several.
            const int Groups = 2;
            for (int i = 0; i < Groups; i++)
            {
                int number = i;
                using var group = new EmulatedGroup(
                    ProductTiling.Threads, ((long)inputs, x.Length * sizeof(float)), ((long)weights, bits.Length * sizeof(ushort)));
                var view = output.View;
                group.Run(thread => TensorProduct.Run<T>(
                    new() { X = (long)inputs, W = (long)weights }, view, shape, thread, number, Groups));
            }
        }
        finally
        {
            NativeMemory.AlignedFree(inputs);
            NativeMemory.AlignedFree(weights);
        }

        Expected[] expected = Reference.MatMul(x, w, accumulate ? before : null, m, n, k);
        Expected[] roundings = Reference.MatMul([.. x.Select(Math.Abs)], [.. w.Select(Math.Abs)], null, m, n, k);
        Expected.AssertAll(
            [.. expected.Zip(roundings, (exact, sizes) => exact with { Error = exact.Error + (rounding * sizes.Value) })], output.Read(),
            $"[{m}, {k}] · [{n}, {k}] of {type} in {parts} parts");
    }

    private static TElement* Copy<TElement>(TElement[] values)
        where TElement : unmanaged
    {
        var memory = (TElement*)NativeMemory.AlignedAlloc((nuint)(values.Length * sizeof(TElement)), ProductTiling.Chunk);
        values.CopyTo(new Span<TElement>(memory, values.Length));
        return memory;
    }
}
