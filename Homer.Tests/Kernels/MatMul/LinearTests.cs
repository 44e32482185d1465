using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.MatMul;

public sealed class LinearTests : DeviceTests
{
    // Around the edges of what the bodies do at once: 1 … 6 rows, 16 or 32 columns, 256 of the depth on the CPU; 16, 32, 32 on a GPU.
    private static readonly int[] RowCounts = [1, 2, 3, 4, 5, 6, 7, 33];

    private static readonly (int N, int K)[] Matrices =
        [(1, 1), (7, 33), (33, 7), (64, 64), (172, 512), (512, 172), (1, 512), (512, 1), (31, 257), (300, 100)];

    [Theory, EveryDevice]
    public void Binary32_weights(string name) => Multiplies(name, WeightType.Float32);

    [Theory, EveryDevice]
    public void Binary16_weights(string name) => Multiplies(name, WeightType.Float16);

    [Theory, EveryDevice]
    public void Bfloat16_weights(string name) => Multiplies(name, WeightType.BFloat16);

    /// <summary>Shapes that loads of 16 bytes allow: the GEMV body of a GPU and those for tensor cores take no others.</summary>
    [Theory, EveryDevice]
    public void Aligned_input_and_depths_of_whole_16_bytes(string name)
    {
        ComputeDevice device = Open(name);
        var product = new Linear(device, ActivationPrecision.Full);
        var random = new Random(5);
        foreach ((int n, int k) in new[] { (1, 8), (7, 40), (130, 72), (257, 1032), (33, 2048), (6, 1096), (5, 3080) })
        {
            foreach (WeightType type in TestWeights.Types)
            {
                using var weights = new TestWeights(device, type, n, k, random);
                foreach (int m in new[] { 1, 2, 4, 5, 16, 65 })
                    Multiplies(device, product, weights, m, random, aligned: true);
            }
        }
    }

    /// <summary>Enough tiles that a large GPU takes the body for many rows: edges of tiles of 128 × 256, and of 64 of the depth.</summary>
    [Theory, EveryDevice]
    public void Many_rows_with_scratch(string name) => MultipliesWithScratch(Open(name), 513, 1794, 136);

    [Theory, EveryDevice]
    public void Few_rows_with_scratch(string name)
    {
        ComputeDevice device = Open(name);
        foreach ((int m, int n, int k) in new[] { (5, 2, 8), (16, 514, 1096), (33, 172, 512), (65, 130, 40), (100, 1000, 136) })
            MultipliesWithScratch(device, m, n, k);
    }

    [Theory, EveryDevice]
    public void Random_shapes(string name)
    {
        ComputeDevice device = Open(name);
        var product = new Linear(device);
        var random = new Random(4);
        for (int i = 0; i < 20; i++)
        {
            using var weights = new TestWeights(device, (WeightType)(i % 3), random.Next(1, 200), random.Next(1, 700), random);
            Multiplies(device, product, weights, random.Next(1, 40), random);
        }
    }

    [Theory, EveryDevice]
    public void Int8_weights(string name)
    {
        ComputeDevice device = Open(name);
        (var product, var quantization) = (new Linear(device), new Quantization(device));
        var random = new Random(3);
        foreach ((int n, int k) in Matrices)
        {
            using var stored = new TestWeights(device, WeightType.Float32, n, k, random);
            using WeightMatrix rounded = quantization.Run(stored.Matrix);
            double[] values = Int8Values.Read(device, rounded).Values;
            foreach (int m in RowCounts)
                Multiplies(device, product, rounded, values, m, random, roundsInput: device.Description.Kind == DeviceKind.Cpu && m < 4);
        }
    }

    private static void MultipliesWithScratch(ComputeDevice device, int m, int n, int k)
    {
        var product = new Linear(device, ActivationPrecision.Full);
        var random = new Random(6);
        float[] x = random.Normal(m * k), y = random.Normal(m * n);
        using var input = new CanaryBuffer<float>(device, x, aligned: true);
        foreach (WeightType type in new[] { WeightType.Float16, WeightType.BFloat16, WeightType.Int8 })
        {
            using var weights = new AnyWeights(device, type, n, k, random);
            using DeviceBuffer<ushort> scratch = device.Allocate<ushort>(product.ScratchFor(m, weights.Matrix), MemoryUse.Workspace);
            using var output = new CanaryBuffer<float>(device, m * n, aligned: true);
            using var sum = new CanaryBuffer<float>(device, y, aligned: true);
            product.LaunchTogether(input.View, m, scratch.View, (output.View, weights.Matrix), (output.View, weights.Matrix));
            product.Launch(sum.View, input.View, weights.Matrix, m, accumulate: true, scratch.View);
            Expected[] expected = Reference.MatMul(x, weights.Values, null, m, n, k);
            Expected.AssertAll(expected, output.Read(), $"[{m}, {k}] · [{n}, {k}] of {type} with scratch");
            Expected.AssertAll(
                [.. expected.Zip(y, (product, before) =>
                    new Expected(product.Value + before, product.Error + ((k + 2) * Expected.Unit * Math.Abs(before))))],
                sum.Read(),
                $"y + [{m}, {k}] · [{n}, {k}] of {type} with scratch");
        }
    }

    private void Multiplies(string name, WeightType type)
    {
        ComputeDevice device = Open(name);
        var product = new Linear(device);
        var random = new Random((int)type);
        foreach ((int n, int k) in Matrices)
        {
            using var weights = new TestWeights(device, type, n, k, random);
            foreach (int m in RowCounts)
                Multiplies(device, product, weights, m, random);
        }
    }

    private static void Multiplies(ComputeDevice device, Linear product, TestWeights weights, int m, Random random, bool aligned = false) =>
        Multiplies(device, product, weights.Matrix, weights.Values, m, random, roundsInput: false, aligned);

    private static void Multiplies(
        ComputeDevice device, Linear product, WeightMatrix weights, double[] values, int m, Random random, bool roundsInput,
        bool aligned = false)
    {
        int n = weights.Rows, k = weights.Columns;
        float[] x = random.Normal(m * k), y = random.Normal(m * n), multiplied = roundsInput ? Reference.RoundToInt8(x, k) : x;
        using var input = new CanaryBuffer<float>(device, x, aligned);
        using var output = new CanaryBuffer<float>(device, m * n, aligned);
        using var sum = new CanaryBuffer<float>(device, y, aligned);
        product.Launch(output.View, input.View, weights, m);
        product.Launch(sum.View, input.View, weights, m, accumulate: true);
        string what = $"[{m}, {k}] · [{n}, {k}] of {weights.Type}";
        Expected.AssertAll(Reference.MatMul(multiplied, values, null, m, n, k), output.Read(), what);
        Expected.AssertAll(Reference.MatMul(multiplied, values, y, m, n, k), sum.Read(), $"y + {what}");
        Assert.Equal(x, input.Read());
    }
}
