using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Recall;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// Scores every token of a document by what a question looks for. The keys go through the device slab by slab, so that device memory does
/// not grow with the document: once for the mean and the deviation of each query's products, and once for the scores.
/// </summary>
internal sealed class RecallSearch : IDisposable
{
    private const int SlabTokens = 1 << 16;

    private readonly ComputeDevice device;
    private readonly RecallScores kernel;
    private readonly RecallShape shape;
    private readonly BufferSet set;
    private readonly Buffers plan;

    /// <summary>Allocates memory for a document and a question.</summary>
    /// <param name="model">The model.</param>
    /// <param name="heads">The number of heads whose keys are kept.</param>
    /// <param name="tokens">The number of tokens of the document.</param>
    /// <param name="queries">The number of tokens of the question.</param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public RecallSearch(TransformerModel model, int heads, int tokens, int queries)
    {
        device = model.Device;
        kernel = device.Kernels.Get(device => new RecallScores(device));
        shape = new() { Tokens = Math.Min(tokens, SlabTokens), Heads = heads, Queries = queries, HeadDim = model.Config.HeadDim };
        plan = new(shape);
        set = plan.Allocate(device);
    }

    /// <summary>Returns the bytes of device memory that a search takes.</summary>
    public static long BytesFor(ModelConfig config, int heads, int tokens, int queries) => new Buffers(
        new() { Tokens = Math.Min(tokens, SlabTokens), Heads = heads, Queries = queries, HeadDim = config.HeadDim }).Bytes();

    /// <summary>Scores the tokens of a document.</summary>
    /// <param name="parts">The keys of the document's tokens, in order.</param>
    /// <param name="question">The queries of the question.</param>
    /// <param name="cancellation">Stops between slabs.</param>
    /// <returns>For each token, the sum over heads of its deviations from the mean, for the query that looks for it most.</returns>
    public float[] Scores(IReadOnlyList<RecallPart> parts, QuestionQueries question, CancellationToken cancellation)
    {
        int rows = shape.Heads * shape.Queries, tokens = StreamedKeys.TokensOf(parts, shape.Heads);
        float[] elements = [.. question.Elements], means = new float[rows];
        DeviceBuffer<float> sumsBuffer = set.Get(plan.Sums), scoresBuffer = set.Get(plan.Scores);
        Write(elements, means);
        var sums = new double[2 * rows];
        foreach ((RecallKeys keys, RecallShape slab, _) in Slabs(parts, cancellation))
        {
            int tiles = RecallScores.Tiles(slab.Tokens);
            kernel.LaunchSums(sumsBuffer.View, keys, Queries(), slab);
            float[] ofTiles = sumsBuffer.Read(0, (long)tiles * 2 * rows);
            for (int i = 0; i < ofTiles.Length; i++)
                sums[i % sums.Length] += ofTiles[i];
        }

        for (int row = 0; row < rows; row++)
        {
            double mean = sums[2 * row] / tokens, variance = (sums[(2 * row) + 1] / tokens) - (mean * mean);
            // Tokens that are all alike tell nothing apart.
            double scale = variance > 0 ? 1 / Math.Sqrt(variance) : 0;
            means[row] = (float)(mean * scale);
            foreach (ref float element in elements.AsSpan(row * shape.HeadDim, shape.HeadDim))
                element = (float)(element * scale);
        }

        Write(elements, means);
        var scores = new float[tokens];
        foreach ((RecallKeys keys, RecallShape slab, int first) in Slabs(parts, cancellation))
        {
            kernel.Launch(scoresBuffer.View, keys, Queries(), slab);
            scoresBuffer.Read(scores.AsSpan(first, slab.Tokens));
        }

        return scores;
    }

    /// <inheritdoc/>
    public void Dispose() => set.Dispose();

    private RecallQueries Queries() => new() { Elements = set.Get(plan.Queries).View, Means = set.Get(plan.Means).View };

    private void Write(float[] elements, float[] means)
    {
        set.Get(plan.Queries).Write(elements);
        set.Get(plan.Means).Write(means);
    }

    /// <summary>Copies the keys to the device, slab by slab, each of as many parts, or pieces of them, as fit.</summary>
    private IEnumerable<(RecallKeys Keys, RecallShape Shape, int First)> Slabs(
        IReadOnlyList<RecallPart> parts, CancellationToken cancellation)
    {
        DeviceBuffer<sbyte> elements = set.Get(plan.Elements);
        DeviceBuffer<Float16> scales = set.Get(plan.Scales);
        int width = shape.Heads * shape.HeadDim, held = 0, first = 0;
        foreach (RecallPart part in StreamedKeys.Of(parts))
        {
            int count = part.TokensOf(shape.Heads);
            for (int start = 0, taken; start < count; start += taken)
            {
                taken = Math.Min(count - start, shape.Tokens - held);
                elements.Write(part.Elements.Span.Slice(start * width, taken * width), (long)held * width);
                scales.Write(part.Scales.Span.Slice(start * shape.Heads, taken * shape.Heads), (long)held * shape.Heads);
                held += taken;
                if (held == shape.Tokens)
                    yield return Slab();
            }
        }

        if (held > 0)
            yield return Slab();

        (RecallKeys, RecallShape, int) Slab()
        {
            cancellation.ThrowIfCancellationRequested();
            RecallShape slab = shape with { Tokens = held };
            int begin = first;
            (first, held) = (first + held, 0);
            return (new() { Elements = elements.View, Scales = scales.View }, slab, begin);
        }
    }

    private sealed class Buffers : BufferPlan
    {
        public Buffers(RecallShape shape)
        {
            int rows = shape.Heads * shape.Queries;
            Elements = Add<sbyte>((long)shape.Tokens * shape.Heads * shape.HeadDim, MemoryUse.Workspace);
            Scales = Add<Float16>((long)shape.Tokens * shape.Heads, MemoryUse.Workspace);
            Queries = Add<float>((long)rows * shape.HeadDim, MemoryUse.Workspace);
            Means = Add<float>(rows, MemoryUse.Workspace);
            Sums = Add<float>((long)RecallScores.Tiles(shape.Tokens) * 2 * rows, MemoryUse.Workspace);
            Scores = Add<float>(shape.Tokens, MemoryUse.Workspace);
        }

        public Planned<DeviceBuffer<sbyte>> Elements { get; }

        public Planned<DeviceBuffer<Float16>> Scales { get; }

        public Planned<DeviceBuffer<float>> Queries { get; }

        public Planned<DeviceBuffer<float>> Means { get; }

        public Planned<DeviceBuffer<float>> Sums { get; }

        public Planned<DeviceBuffer<float>> Scores { get; }
    }
}
