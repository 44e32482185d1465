using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Layers;
using Homer.Kernels.Merging;

namespace Homer.Benchmarks.Cases;

/// <summary>
/// The steps of HOMER around matrix products and attention, on two chunks of 2048 tokens in 16 layers of 4 key heads of 128, for repeated
/// runs, with the bytes that each step moves or the comparisons that it makes.
/// </summary>
internal sealed class MergingSteps : IDisposable
{
    public const int Tokens = 2048;
    public const int Layers = 16;
    private const int Kept = Tokens / 2;
    private const int Affix = 16;
    private const int Heads = 16;
    private const int KvHeads = 4;
    private const int HeadDim = 128;
    private const int Width = 2048;

    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly RmsNorm norm;
    private readonly Significance significance;
    private readonly TokenSelection selection;
    private readonly SurvivorCompaction gathering;
    private readonly ChunkMerge merge;
    private readonly KeyValueCache cache;
    private readonly DeviceBuffer<float> query;
    private readonly DeviceBuffer<float> bias;
    private readonly DeviceBuffer<float> scores;
    private readonly DeviceBuffer<float> pooled;
    private readonly DeviceBuffer<int> positions;
    private readonly DeviceBuffer<int> ranks;
    private readonly DeviceBuffer<int> kept;
    private readonly DeviceBuffer<LayerSpan> chunk;
    private readonly DeviceBuffer<LayerSpan> pair;
    private readonly DeviceBuffer<float> hidden;
    private readonly DeviceBuffer<float> normalized;

    public MergingSteps(ComputeDevice device)
    {
        this.device = device;
        (norm, significance, selection, gathering, merge) = (new(device), new(device), new(device), new(device), new(device));
        cache = lifetime.Own(new KeyValueCache(device, [.. Enumerable.Repeat(2 * Tokens, Layers)], KvHeads, HeadDim));
        float[] noise = Noise.Floats(KvHeads * 2 * Tokens * HeadDim);
        for (int layer = 0; layer < Layers; layer++)
            cache.Write(layer, noise, noise, 2 * Tokens);
        query = Upload(Noise.Floats(Heads * HeadDim));
        bias = Upload(new float[Tokens]);
        scores = Upload(Noise.Floats(Tokens));
        pooled = Upload(new float[Tokens]);
        positions = Upload<int>([.. Enumerable.Range(0, Tokens)]);
        ranks = Upload(new int[Tokens]);
        kept = Upload<int>([.. Enumerable.Range(0, Kept).Select(i => 2 * i)]);
        chunk = Upload<LayerSpan>([.. Enumerable.Repeat(new LayerSpan { Left = Tokens }, Layers)]);
        pair = Upload<LayerSpan>([.. Enumerable.Repeat(new LayerSpan { Left = Tokens, Right = Tokens }, Layers)]);
        hidden = Upload(Noise.Floats(2 * Tokens * Width));
        normalized = Upload(new float[2 * Tokens * Width]);
    }

    /// <summary>Bytes that <see cref="Norm"/> reads; it writes as many.</summary>
    public static double NormBytes => 2.0 * Tokens * Width * sizeof(float);

    /// <summary>Bytes of the keys that <see cref="Score"/> reads.</summary>
    public static double ScoreBytes => (double)Layers * KvHeads * Tokens * HeadDim * sizeof(float);

    /// <summary>Comparisons of <see cref="Select"/>: the score of every document token with every other.</summary>
    public static double SelectComparisons => (double)(Tokens - (2 * Affix)) * (Tokens - (2 * Affix));

    /// <summary>Bytes that <see cref="Gather"/> reads; it writes as many.</summary>
    public static double GatherBytes => (double)Layers * 2 * KvHeads * Kept * HeadDim * sizeof(float);

    /// <summary>Bytes that <see cref="Merge"/> reads and writes elsewhere: the right context and suffix move down.</summary>
    public static double MergeBytes => (double)Layers * 2 * KvHeads * (Tokens - Affix) * HeadDim * sizeof(float);

    public void Norm()
    {
        norm.Launch(normalized.View, hidden.View, hidden.View.SubView(0, Width), 2 * Tokens, Width, 1e-5f);
        device.Synchronize();
    }

    public void Score()
    {
        for (int layer = 0; layer < Layers; layer++)
        {
            significance.Launch(
                scores.View, query.View, new(cache, layer), positions.View, new() { MeanLogits = bias.View, Scale = 1 }, accumulate: false);
        }

        device.Synchronize();
    }

    public void Select()
    {
        selection.Launch(kept.View, scores.View, (ranks.View, pooled.View), new(Tokens, Affix, Affix), Kept, pooling: 5);
        device.Synchronize();
    }

    public void Gather()
    {
        gathering.LaunchCache(cache, 0, Layers, chunk.View, kept.View, Kept);
        device.Synchronize();
    }

    public void Merge()
    {
        merge.LaunchCache(cache, pair.View, Layers, new() { Prefix = Affix, Suffix = Affix, LeftWeight = 0.5f, RightWeight = 0.5f });
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();

    private DeviceBuffer<T> Upload<T>(T[] values)
        where T : unmanaged => lifetime.Own(device.Upload<T>(values, MemoryUse.Workspace));
}
