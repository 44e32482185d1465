using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Recall;
using ILGPU;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// Reads chunks of documents, each behind the same prefix, up to the last layer in which a chosen head looks; and takes the keys of those
/// heads, or for a question their queries, before RoPE. The prefix is read once.
/// </summary>
internal sealed class KeyReader : IDisposable
{
    private readonly TransformerModel model;
    private readonly ModelConfig config;
    private readonly ResolvedRecallOptions options;
    private readonly int prefixLength;
    private readonly int lastLayer;
    private readonly KeyRounding rounding;
    private readonly BufferSet buffers;
    private readonly ForwardPass forward;
    private readonly KeyValueCache cache;
    private readonly DeviceBuffer<float> hidden;
    private readonly DeviceBuffer<int> positions;
    private readonly DeviceBuffer<sbyte> elements;
    private readonly DeviceBuffer<Float16> scales;

    /// <summary>Allocates memory and reads the prefix.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scaling">The position scaling.</param>
    /// <param name="options">The settings.</param>
    /// <param name="prefix">The tokens before each chunk; shorter than a chunk.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">The prefix leaves no room in a chunk, or the device has not enough memory left.</exception>
    public KeyReader(
        TransformerModel model, RopeScaling scaling, ResolvedRecallOptions options, IReadOnlyList<int> prefix,
        CancellationToken cancellation)
    {
        this.model = model;
        this.options = options;
        config = model.Config;
        prefixLength = prefix.Count;
        lastLayer = options.Heads.Max(head => head.Layer);
        Room = RoomOf(options, prefixLength);
        rounding = model.Device.Kernels.Get(device => new KeyRounding(device));
        var plan = new KeyReaderBuffers(model, options, scaling);
        buffers = plan.Allocate(model.Device);
        forward = buffers.Get(plan.Forward);
        cache = buffers.Get(plan.Cache);
        hidden = buffers.Get(plan.Hidden);
        positions = buffers.Get(plan.Positions);
        elements = buffers.Get(plan.Elements);
        scales = buffers.Get(plan.Scales);
        try
        {
            Run([.. prefix], 0, (_, _, _) => { }, cancellation);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The most tokens of a chunk, the prefix not counted.</summary>
    public int Room { get; }

    /// <summary>
    /// Receives the share of a chunk that is done, 0 … 1, after each layer, for which the reader waits; null for none.
    /// </summary>
    public Action<double>? Progress { get; set; }

    /// <summary>Returns the number of tokens that a chunk has room for behind a prefix.</summary>
    /// <exception cref="HomerException">There is no room.</exception>
    public static int RoomOf(ResolvedRecallOptions options, int prefix) => options.Chunk > prefix
        ? options.Chunk - prefix
        : throw new MethodSettingException(
            $"Impossible settings of recall: a chunk of {options.Chunk} tokens has no room beside the {prefix} before the document.");

    /// <summary>Cuts a document into slices that no other chunk reads for itself, each with the number of tokens read before it.</summary>
    public IEnumerable<(int Start, int Overlap, int Count)> Slices(int length) => Slices(options, prefixLength, length);

    /// <inheritdoc cref="Slices(int)"/>
    public static IEnumerable<(int Start, int Overlap, int Count)> Slices(ResolvedRecallOptions options, int prefix, int length)
    {
        int room = RoomOf(options, prefix), overlap = Math.Min(options.Overlap, room / 4), own = room - overlap;
        for (int start = 0; start < length; start += own)
            yield return (start, Math.Min(start, overlap), Math.Min(own, length - start));
    }

    /// <summary>Reads a chunk and returns the keys of its tokens.</summary>
    /// <param name="ids">The tokens, at most <see cref="Room"/>.</param>
    /// <param name="overlap">The number of first tokens that are read for what follows them alone.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">A key is not finite.</exception>
    public RecallPart Read(ReadOnlySpan<int> ids, int overlap, CancellationToken cancellation)
    {
        int heads = options.Heads.Count, width = heads * config.HeadDim, count = ids.Length - overlap;
        Run(ids, prefixLength, RoundKeys, cancellation);
        var part = new RecallPart(
            elements.Read((long)overlap * width, (long)count * width), scales.Read((long)overlap * heads, (long)count * heads));
        foreach (Float16 scale in part.Scales.Span)
        {
            // A key that is not finite has a scale that is not.
            if (!float.IsFinite(scale.ToSingle()))
                model.RequireFinite([float.NaN], "The keys that are kept", () => lastLayer);
        }

        return part;
    }

    /// <summary>Reads a question behind the prefix and returns the queries of its tokens.</summary>
    /// <param name="ids">The tokens after the document, at most <see cref="Room"/>.</param>
    /// <param name="looking">Those that look for the answer; at least one.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public QuestionQueries ReadQuestion(ReadOnlySpan<int> ids, Range looking, CancellationToken cancellation)
    {
        (int first, int count) = looking.GetOffsetAndLength(ids.Length);
        int d = config.HeadDim;
        var queries = new float[options.Heads.Count * count * d];
        Run(
            ids, prefixLength,
            (layer, heads, start) =>
            {
                float[] all = model.Device.Read(heads.Query);
                int tokens = all.Length / (config.Heads * d), end = Math.Min(first + count, start + tokens);
                foreach ((int slot, RecallHead head) in options.Heads.Index().Where(one => one.Item.Layer == layer))
                {
                    for (int token = Math.Max(first, start); token < end; token++)
                    {
                        int row = ((token - start) * config.Heads) + head.Head;
                        all.AsSpan(row * d, d).CopyTo(queries.AsSpan(((slot * count) + token - first) * d));
                    }
                }
            },
            cancellation);
        model.RequireFinite(queries, "The queries of the question", () => lastLayer);
        return new(queries, count);
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    private void RoundKeys(int layer, AttentionHeads heads, int start)
    {
        int d = config.HeadDim, slots = options.Heads.Count, tokens = (int)(heads.Key.Length / (config.KvHeads * d));
        var rows = new RecallKeys
        {
            Elements = elements.View.SubView((long)start * slots * d, (long)tokens * slots * d),
            Scales = scales.View.SubView((long)start * slots, (long)tokens * slots),
        };
        foreach ((int slot, RecallHead head) in options.Heads.Index())
        {
            if (head.Layer == layer)
                rounding.Launch(rows, slot, slots, heads.Key, head.Head / (config.Heads / config.KvHeads), config.KvHeads, d);
        }
    }

    /// <summary>Runs tokens through the layers, block by block; shows the heads of each layer that has chosen ones.</summary>
    private void Run(ReadOnlySpan<int> ids, int position, Action<int, AttentionHeads, int> observe, CancellationToken cancellation)
    {
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        for (int start = 0, count; start < ids.Length; start += count)
        {
            count = Math.Min(forward.Capacity, ids.Length - start);
            int block = start, past = position + start;
            ArrayView<float> states = hidden.View.SubView(0, (long)count * config.HiddenSize);
            positions.Write([.. Enumerable.Range(past, count)]);
            forward.Embed(ids.Slice(start, count), states);
            for (int layer = 0; layer < lastLayer; layer++)
            {
                cancellation.ThrowIfCancellationRequested();
                int at = layer;
                bool isChosen = options.Heads.Any(head => head.Layer == at);
                forward.Project(
                    layer, states, positions.View, count, cache, past, isChosen ? heads => observe(at, heads, block) : null);
                forward.Attend(layer, count, 0, count, cache, 0, past);
                forward.AddAttention(layer, states, count);
                forward.Mlp(layer, states, count);
                if (Progress is { } progress)
                {
                    model.Device.Synchronize();
                    progress((start + (count * (layer + 1.0) / lastLayer)) / ids.Length);
                }
            }

            observe(lastLayer, forward.ProjectUnrotated(lastLayer, states, count), block);
        }
    }
}
