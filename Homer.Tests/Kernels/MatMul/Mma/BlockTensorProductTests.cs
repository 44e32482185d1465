using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.Weights;
using Homer.Tests.Kernels.TensorCores;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.MatMul.Mma;

/// <summary>The kernel itself, run by an <see cref="EmulatedGroup"/>, against a product in 64 bits.</summary>
public sealed unsafe class BlockTensorProductTests : DeviceTests
{
    // Around the edges of tiles of 64 × 128, of blocks of 32 of the depth and of three stages.
    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 1, 4, false }, { 64, 128, 32, true }, { 65, 129, 36, false }, { 17, 131, 72, true }, { 63, 9, 100, false },
        { 130, 257, 16, true }, { 33, 127, 172, false },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Three_parts_are_as_exact_as_32_bits(int m, int n, int k, bool accumulate) =>
        Multiplies(Open("cpu"), m, n, k, accumulate, ActivationParts.For(WeightType.Int8), 0);

    [Fact]
    public void One_part_is_off_by_the_rounding_of_x() => Multiplies(Open("cpu"), 19, 21, 64, false, 1, 1.0 / 512);

    private static void Multiplies(ComputeDevice device, int m, int n, int k, bool accumulate, int parts, double rounding)
    {
        var random = new Random(m + n + k);
        float[] x = random.Normal(m * k), before = random.Normal(m * n);
        using var weights = new AnyWeights(device, WeightType.Int8, n, k, random);
        sbyte[] elements = device.Read(weights.Matrix.Int8.Elements);
        using var output = new CanaryBuffer<float>(device, before);
        var shape = new ProductShape { Rows = m, Columns = n, Depth = k, Accumulate = accumulate ? 1 : 0, Parts = parts };
        // The emulated group runs outside of the device's queue.
        device.Flush();
        float* inputs = Copy(x);
        sbyte* rounded = Copy(elements);
        try
        {
            // Fewer groups than tiles, so that one takes several.
            const int Groups = 2;
            for (int i = 0; i < Groups; i++)
            {
                int number = i;
                using var group = new EmulatedGroup(
                    ProductTiling.Threads, ((long)inputs, x.Length * sizeof(float)), ((long)rounded, elements.Length));
                (var view, var scales) = (output.View, weights.Matrix.Int8.Scales);
                group.Run(thread => BlockTensorProduct.Run(
                    new() { X = (long)inputs, W = (long)rounded }, scales, view, shape, thread, number, Groups));
            }
        }
        finally
        {
            NativeMemory.AlignedFree(inputs);
            NativeMemory.AlignedFree(rounded);
        }

        Expected[] expected = Reference.MatMul(x, weights.Values, accumulate ? before : null, m, n, k);
        Expected[] roundings = Reference.MatMul([.. x.Select(Math.Abs)], [.. weights.Values.Select(Math.Abs)], null, m, n, k);
        Expected.AssertAll(
            [.. expected.Zip(roundings, (exact, sizes) => exact with { Error = exact.Error + (rounding * sizes.Value) })], output.Read(),
            $"[{m}, {k}] · [{n}, {k}] in {parts} parts");
    }

    private static TElement* Copy<TElement>(TElement[] values)
        where TElement : unmanaged
    {
        var memory = (TElement*)NativeMemory.AlignedAlloc((nuint)(values.Length * sizeof(TElement)), ProductTiling.Chunk);
        values.CopyTo(new Span<TElement>(memory, values.Length));
        return memory;
    }
}
