using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Kernels.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class EmbeddingTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Looks_up_rows(string name)
    {
        ComputeDevice device = Open(name);
        var embedding = new Embedding(device);
        var random = new Random(1);
        foreach (WeightType type in TestWeights.Types)
        {
            foreach (
                (int vocabulary, int width, int tokens) in new[] { (1, 1, 1), (7, 33, 3), (100, 172, 33), (512, 64, 7), (33, 512, 130) })
            {
                using var table = new TestWeights(device, type, vocabulary, width, random);
                int[] indices = random.Below(tokens, vocabulary);
                using var ids = new CanaryBuffer<int>(device, indices);
                using var hidden = new CanaryBuffer<float>(device, tokens * width);
                embedding.Launch(hidden.View, ids.View, table.Matrix, tokens);
                Expected.AssertAll(
                    [.. indices.SelectMany(id => table.Values.AsSpan(id * width, width).ToArray()).Select(value => new Expected(value))],
                    hidden.Read(), $"{type} [{vocabulary}, {width}], {tokens} tokens");
            }
        }
    }

    [Theory, EveryDevice]
    public void Decodes_every_16_bit_pattern(string name)
    {
        ComputeDevice device = Open(name);
        var embedding = new Embedding(device);
        uint[] bits = [.. Enumerable.Range(0, 1 << 16).Select(i => (uint)i)];
        foreach (WeightType type in new[] { WeightType.Float16, WeightType.BFloat16 })
        {
            // Rows of 255 end in elements that fill no vector.
            const int Width = 255, Rows = 257;
            using var table = new TestWeights(device, type, Rows, Width, bits.AsSpan(0, Rows * Width));
            using var last = new TestWeights(device, type, 1, 1, bits.AsSpan(Rows * Width));
            using var ids = new CanaryBuffer<int>(device, [.. Enumerable.Range(0, Rows)]);
            using var hidden = new CanaryBuffer<float>(device, (Rows * Width) + 1);
            embedding.Launch(hidden.View, ids.View, table.Matrix, Rows);
            embedding.Launch(hidden.View.SubView(Rows * Width, 1), ids.View, last.Matrix, 1);
            float[] actual = hidden.Read();
            for (int i = 0; i < actual.Length; i++)
                ElementDecoding.AssertDecodes(type, i, actual[i]);
        }
    }
}
