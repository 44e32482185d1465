using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Weights.Ggml;

/// <summary>The blocks of GGUF files: their values, and products and lookups that widen them as they go.</summary>
public sealed class GgmlFormatsTests : DeviceTests
{
    private static readonly (WeightType Type, string Name)[] Recorded =
    [
        (WeightType.Q40, "Q4_0"), (WeightType.Q41, "Q4_1"), (WeightType.Q50, "Q5_0"), (WeightType.Q51, "Q5_1"), (WeightType.Q80, "Q8_0"),
        (WeightType.Q2K, "Q2_K"), (WeightType.Q3K, "Q3_K"), (WeightType.Q4K, "Q4_K"), (WeightType.Q5K, "Q5_K"), (WeightType.Q6K, "Q6_K"),
        (WeightType.Iq4Nl, "IQ4_NL"), (WeightType.Iq4Xs, "IQ4_XS"), (WeightType.Mxfp4, "MXFP4"), (WeightType.Tq10, "TQ1_0"),
        (WeightType.Tq20, "TQ2_0"),
    ];

    public static TheoryData<WeightType, string> RecordedTypes => [.. Recorded];

    public static MatrixTheoryData<string, WeightType> OnDevices => new(TestDevices.Names, GgmlBlocks.Types);

    /// <summary>Blocks of random bits, decoded by gguf-py.</summary>
    [Theory, MemberData(nameof(RecordedTypes))]
    public void Values_are_as_recorded(WeightType type, string name)
    {
        using var file = SafetensorsFile.Open(SharedData.Require("golden/gguf/blocks.safetensors"));
        float[] expected = file.ReadArray<float>(name + ".values"), actual = GgmlBlocks.Decode(type, file.ReadArray<byte>(name + ".raw"));
        Expected.AssertAll([.. expected.Select(value => new Expected(value, Math.Abs(value) * 1e-6))], actual, name);
    }

    [Fact]
    public void All_types_are_recorded() =>
        Assert.Equal(GgmlBlocks.Types, Recorded.Select(row => row.Type).Append(WeightType.E4M3).Order());

    /// <summary>All 254 numbers, by their definition in the paper: 1.fraction · 2^(exponent − 7), and 0.fraction · 2⁻⁶.</summary>
    [Fact]
    public unsafe void Floats_of_eight_bits_are_as_defined()
    {
        const float Scale = 0.7f;
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)((code & 127) == 127 ? 0 : code))], bytes = new byte[8 * 36];
        fixed (byte* from = codes, to = bytes)
        {
            for (int block = 0; block < 8; block++)
                GgmlFormats.WriteE4M3(to + (block * 36), Scale, from + (block * 32));
        }

        double[] expected = [.. codes.Select(code => Scale * Defined(code))];
        Expected.AssertAll(Expected.Within([.. expected.Select(x => (float)x)], 0), GgmlBlocks.Decode(WeightType.E4M3, bytes), "values");
        Assert.Equal(448, Defined(0x7e));

        static double Defined(byte code)
        {
            int exponent = (code >> 3) & 15;
            double magnitude = exponent == 0 ? (code & 7) / 8.0 * Math.Pow(2, -6) : (1 + ((code & 7) / 8.0)) * Math.Pow(2, exponent - 7);
            return code < 128 ? magnitude : -magnitude;
        }
    }

    /// <summary>Rows of one block and of several, of whole 256 elements and not; the edges of what bodies do at once.</summary>
    [Theory, MemberData(nameof(OnDevices))]
    public void Products_are_those_of_the_values(string deviceName, WeightType type)
    {
        ComputeDevice device = Open(deviceName);
        var product = new Linear(device);
        var random = new Random((int)type);
        int block = type.BlockLength();
        foreach ((int n, int k) in new[] { (1, block), (7, 3 * block), (33, 9 * block), (65, 2 * block) })
        {
            using var weights = new GgmlBlocks(device, type, n, k, random);
            foreach (int m in new[] { 1, 2, 3, 4, 5, 7, 33 })
            {
                float[] x = random.Normal(m * k), y = random.Normal(m * n);
                using var input = new CanaryBuffer<float>(device, x);
                using var output = new CanaryBuffer<float>(device, m * n);
                using var sum = new CanaryBuffer<float>(device, y);
                product.Launch(output.View, input.View, weights.Matrix, m);
                product.Launch(sum.View, input.View, weights.Matrix, m, accumulate: true);
                string what = $"[{m}, {k}] · [{n}, {k}] of {type}";
                Expected.AssertAll(Reference.MatMul(x, weights.Values, null, m, n, k), output.Read(), what);
                Expected.AssertAll(Reference.MatMul(x, weights.Values, y, m, n, k), sum.Read(), $"y + {what}");
            }
        }
    }

    [Theory, MemberData(nameof(OnDevices))]
    public void Embeddings_are_rows_of_the_values(string deviceName, WeightType type)
    {
        ComputeDevice device = Open(deviceName);
        int width = 3 * type.BlockLength();
        using var table = new GgmlBlocks(device, type, 11, width, new Random(2));
        int[] ids = [10, 0, 3, 3, 7];
        using var output = new CanaryBuffer<float>(device, ids.Length * width);
        using var input = new CanaryBuffer<int>(device, ids);
        new Embedding(device).Launch(output.View, input.View, table.Matrix, ids.Length);
        IEnumerable<double> expected = ids.SelectMany(id => table.Values.Skip(id * width).Take(width));
        Expected.AssertAll([.. expected.Select(value => new Expected(value, 1e-6 * (1 + Math.Abs(value))))], output.Read(), $"{type}");
    }
}
