using Homer.Kernels.Devices;
using Homer.Kernels.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Weights;

public sealed class QuantizationTests : DeviceTests
{
    private static readonly (int Rows, int Columns)[] Shapes = [(1, 1), (3, 7), (7, 32), (5, 33), (33, 172), (64, 64), (130, 257)];

    [Theory, EveryDevice]
    public void Elements_and_scales_are_those_of_the_definition(string name)
    {
        ComputeDevice device = Open(name);
        var quantization = new Quantization(device);
        var random = new Random(1);
        foreach (WeightType type in TestWeights.Types)
        {
            foreach ((int rows, int columns) in Shapes)
            {
                using var stored = new TestWeights(device, type, rows, columns, random);
                using WeightMatrix rounded = quantization.Run(stored.Matrix);
                Int8Values actual = Int8Values.Read(device, rounded);
                for (int block = 0; block < actual.Scales.Length; block++)
                {
                    int row = block / Int8Weights.Blocks(columns), first = block % Int8Weights.Blocks(columns) * Int8Weights.Block;
                    int end = (row * columns) + Math.Min(first + Int8Weights.Block, columns);
                    double[] values = stored.Values[((row * columns) + first)..end];
                    double largest = values.Max(Math.Abs), scale = actual.Scales[block];
                    double exactScale = largest / Int8Weights.Largest;
                    Assert.InRange(scale, exactScale * (1 - Expected.Unit), exactScale * (1 + (1.0 / 128)));
                    for (int i = 0; i < Int8Weights.Block; i++)
                    {
                        double exact = i < values.Length ? values[i] / scale : 0;
                        Assert.True(Math.Abs(actual.Elements[(block * Int8Weights.Block) + i] - exact) <= 0.5 + 1e-4,
                            $"{type} [{rows}, {columns}], block {block}, {i}");
                    }
                }
            }
        }
    }

    [Theory, EveryDevice]
    public void Zeros_stay_zeros_and_ties_go_to_even(string name)
    {
        ComputeDevice device = Open(name);
        float[] row = [127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -126.5f, 0];
        uint[] bits = [.. row.Concat(new float[8]).Select(BitConverter.SingleToUInt32Bits)];
        using var stored = new TestWeights(device, WeightType.Float32, 2, row.Length, bits);
        using WeightMatrix rounded = new Quantization(device).Run(stored.Matrix);
        Int8Values actual = Int8Values.Read(device, rounded);
        Assert.Equal([1f, 0f], actual.Scales);
        Assert.Equal([127, 0, 2, 2, 0, -2, -126, 0], actual.Elements[..row.Length]);
        Assert.All(actual.Elements[row.Length..], element => Assert.Equal(0, element));
    }

    [Theory, EveryDevice]
    public void Memory_is_as_told_and_given_back(string name)
    {
        ComputeDevice device = Open(name);
        using var stored = new TestWeights(device, WeightType.Float16, 33, 172, new Random(2));
        long before = device.Memory.InUse;
        using (new Quantization(device).Run(stored.Matrix))
            Assert.Equal(WeightMatrix.Int8BytesFor(33, 172), device.Memory.InUse - before);
        Assert.Equal(before, device.Memory.InUse);
    }
}
