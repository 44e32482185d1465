using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Recall;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Recall;

public sealed class RecallScoresTests : DeviceTests
{
    private static readonly (int Tokens, int Heads, int Queries, int HeadDim)[] Shapes =
    [
        (1, 1, 1, 1), (7, 2, 3, 33), (33, 1, 7, 64), (172, 3, 1, 7), (1025, 2, 5, 32), (3000, 1, 2, 172), (70, 1, 33, 128),
    ];

    [Theory, EveryDevice]
    public void Every_head_counts_with_the_query_that_looks_most(string name)
    {
        ComputeDevice device = Open(name);
        foreach ((int tokens, int heads, int queries, int d) in Shapes)
        {
            using var search = new Search(device, tokens, heads, queries, d);
            var expected = new Expected[tokens];
            for (int token = 0; token < tokens; token++)
            {
                double sum = 0, error = 0;
                for (int head = 0; head < heads; head++)
                {
                    Expected[] products = [.. Enumerable.Range(0, queries).Select(query => search.Product(token, head, query))];
                    sum += products.Max(product => product.Value);
                    error += products.Max(product => product.Error);
                }

                expected[token] = new(sum, error + (heads * Expected.Unit * Math.Abs(sum)));
            }

            using var scores = new CanaryBuffer<float>(search.Device, tokens);
            new RecallScores(search.Device).Launch(scores.View, search.Keys, search.Queries, search.Shape);
            Expected.AssertAll(expected, scores.Read(), $"{tokens} tokens, {heads} heads of {d}, {queries} queries");
        }
    }

    [Theory, EveryDevice]
    public void Sums_of_products_and_squares_are_those_of_each_tile(string name)
    {
        ComputeDevice device = Open(name);
        foreach ((int tokens, int heads, int queries, int d) in Shapes)
        {
            using var search = new Search(device, tokens, heads, queries, d);
            int tiles = RecallScores.Tiles(tokens), rows = heads * queries;
            var expected = new Expected[tiles * rows * 2];
            for (int tile = 0; tile < tiles; tile++)
            {
                int first = tile * RecallScores.Tile, count = Math.Min(RecallScores.Tile, tokens - first);
                for (int row = 0; row < rows; row++)
                {
                    Expected[] products = [.. Enumerable.Range(first, count).Select(
                        token => search.Product(token, row / queries, row % queries))];
                    double sum = products.Sum(x => x.Value), squares = products.Sum(x => x.Value * x.Value);
                    double error = products.Sum(x => x.Error + (count * Expected.Unit * Math.Abs(x.Value)));
                    double ofSquares = products.Sum(
                        x => (2 * Math.Abs(x.Value) * x.Error) + (x.Error * x.Error) + ((count + 1) * Expected.Unit * x.Value * x.Value));
                    int at = ((tile * rows) + row) * 2;
                    (expected[at], expected[at + 1]) = (new(sum, error), new(squares, ofSquares));
                }
            }

            using var sums = new CanaryBuffer<float>(search.Device, expected.Length);
            new RecallScores(search.Device).LaunchSums(sums.View, search.Keys, search.Queries, search.Shape);
            Expected.AssertAll(expected, sums.Read(), $"{tokens} tokens, {heads} heads of {d}, {queries} queries");
        }
    }

    /// <summary>Random keys and queries on a device, and their products in 64 bits.</summary>
    private sealed class Search : IDisposable
    {
        private readonly sbyte[] elements;
        private readonly ushort[] scales;
        private readonly float[] queries;
        private readonly float[] means;
        private readonly CanaryBuffer<sbyte> elementsBuffer;
        private readonly CanaryBuffer<ushort> scalesBuffer;
        private readonly CanaryBuffer<float> queriesBuffer;
        private readonly CanaryBuffer<float> meansBuffer;

        public Search(ComputeDevice device, int tokens, int heads, int queries, int d)
        {
            Device = device;
            var random = new Random(tokens);
            elements = [.. random.Below(tokens * heads * d, 255).Select(value => (sbyte)(value - 127))];
            scales = [.. random.Normal(tokens * heads, 0.1).Select(scale => BitConverter.HalfToUInt16Bits((System.Half)Math.Abs(scale)))];
            this.queries = random.Normal(heads * queries * d);
            means = random.Normal(heads * queries, 3);
            elementsBuffer = new(device, elements);
            scalesBuffer = new(device, scales);
            queriesBuffer = new(device, this.queries);
            meansBuffer = new(device, means);
            Shape = new() { Tokens = tokens, Heads = heads, Queries = queries, HeadDim = d };
        }

        public ComputeDevice Device { get; }

        public RecallShape Shape { get; }

        public RecallKeys Keys => new() { Elements = elementsBuffer.View, Scales = scalesBuffer.View.Cast<Float16>() };

        public RecallQueries Queries => new() { Elements = queriesBuffer.View, Means = meansBuffer.View };

        public Expected Product(int token, int head, int query)
        {
            int d = Shape.HeadDim, key = (token * Shape.Heads) + head, row = (head * Shape.Queries) + query;
            double sum = 0, magnitude = 0, scale = (double)BitConverter.UInt16BitsToHalf(scales[key]);
            for (int i = 0; i < d; i++)
            {
                double product = queries[(row * d) + i] * scale * elements[(key * d) + i];
                sum += product;
                magnitude += Math.Abs(product);
            }

            double value = sum - means[row];
            return new(value, Expected.Unit * (((d + 3) * magnitude) + Math.Abs(value)));
        }

        public void Dispose()
        {
            elementsBuffer.Dispose();
            scalesBuffer.Dispose();
            queriesBuffer.Dispose();
            meansBuffer.Dispose();
        }
    }
}
