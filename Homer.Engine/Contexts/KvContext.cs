using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// The state from which a model continues a text: the KV cache of what it has read, and the logits after the last token. New tokens take
/// the positions that follow the last one.
/// </summary>
public sealed class KvContext : IDisposable
{
    private readonly Lifetime lifetime;
    private readonly TransformerModel model;
    private readonly int[] lengths;
    private readonly DeviceBuffer<float> logits;
    private readonly CachePolicy? policy;
    private ContextWorkspace? workspace;
    private bool isLengthGiven;

    /// <summary>Takes over a RoPE table, a cache and a policy, which <paramref name="lifetime"/> owns.</summary>
    internal KvContext(
        TransformerModel model, Lifetime lifetime, RopeTable rope, KeyValueCache cache, int[] lengths, int nextPosition,
        CachePolicy? policy = null)
    {
        this.policy = policy;
        this.lifetime = lifetime;
        this.model = model;
        Rope = rope;
        this.lengths = lengths;
        Cache = cache;
        NextPosition = nextPosition;
        logits = lifetime.Own(model.Device.Allocate<float>(model.Config.VocabularySize, MemoryUse.Cache));
    }

    /// <summary>The KV cache.</summary>
    public KeyValueCache Cache { get; }

    /// <summary>The number of tokens in the last layer of the cache; other layers hold more where pruning is not propagated.</summary>
    public int Length => lengths[^1];

    /// <summary>The RoPE table of its positions.</summary>
    internal RopeTable Rope { get; }

    /// <summary>The position of the next token.</summary>
    public int NextPosition { get; private set; }

    /// <summary>The logits of the next token [vocabulary], on the device.</summary>
    public ArrayView<float> Logits => logits.View;

    /// <summary>The number of new tokens that the cache has room for; the largest integer where tokens are evicted for them.</summary>
    public int Room =>
        policy?.Limit is null ? Enumerable.Range(0, lengths.Length).Min(layer => Cache.Capacity(layer) - lengths[layer]) : int.MaxValue;

    /// <summary>
    /// For each cached token, its index in prefix + document + suffix and its position. Appended tokens are not listed. Empty where every
    /// token was kept, where heads keep different tokens, and where tokens are evicted for new ones.
    /// </summary>
    public (IReadOnlyList<int> Tokens, IReadOnlyList<int> Positions) Survivors { get; internal set; } = ([], []);

    /// <summary>Creates an empty context.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scaling">The position scaling.</param>
    /// <param name="capacity">The number of tokens to have room for.</param>
    /// <param name="type">The element type of keys and values.</param>
    /// <param name="textLength">
    /// The length of the text, in tokens, for a scaling that depends on it (dynamic NTK, LongRoPE) and a text that is read in several
    /// steps; null for the length of the first step.
    /// </param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static KvContext Create(
        TransformerModel model, RopeScaling scaling, int capacity, CacheType type = CacheType.Float32, int? textLength = null)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentNullException.ThrowIfNull(model);
        KvContext context = Create(model, scaling, new int[model.Config.Layers], 0, capacity, type);
        if (textLength is { } length)
            context.Rope.Settle(length);
        context.isLengthGiven = textLength is not null;
        return context;
    }

    /// <summary>Whether a file can hold all that continuing takes: heads hold the same tokens, and there is no policy.</summary>
    internal bool IsPortable => policy is null && (Survivors.Tokens.Count > 0 || Length == NextPosition);

    /// <summary>
    /// Creates a context whose layers count as holding <paramref name="lengths"/> tokens already, which the caller then writes; with a
    /// policy where one is given, which is created from the context's RoPE table.
    /// </summary>
    internal static KvContext Create(
        TransformerModel model, RopeScaling scaling, int[] lengths, int nextPosition, int newTokens, CacheType type,
        Func<RopeTable, CachePolicy>? policy = null)
    {
        ModelConfig config = model.Config;
        var lifetime = new Lifetime();
        try
        {
            RopeTable rope = lifetime.Own(new RopeTable(model.Device, config, scaling, nextPosition + newTokens, nextPosition));
            KeyValueCache cache = lifetime.Own(new KeyValueCache(
                model.Device, [.. lengths.Select(length => length + newTokens)], config.KvHeads, config.HeadDim, type));
            return new(model, lifetime, rope, cache, lengths, nextPosition, policy is null ? null : lifetime.Own(policy(rope)));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes that a context holds besides its cache and its RoPE table: its logits.</summary>
    internal static long BytesFor(ModelConfig config) => ComputeDevice.BytesFor<float>(config.VocabularySize);

    /// <summary>Returns the bytes that appending takes, which are held until a block of another length is appended.</summary>
    internal static long WorkspaceBytesFor(TransformerModel model, int tokens) =>
        ContextWorkspace.BytesFor(model, Math.Min(tokens, model.Device.BlockLength));

    /// <summary>Returns the number of tokens that a layer of the cache holds.</summary>
    public int LengthOf(int layer) => lengths[layer];

    /// <summary>
    /// Reads more tokens, at the positions that follow, and sets <see cref="Logits"/> to those after the last one. Where a scaling depends
    /// on the length of a text, that of the first tokens decides for the whole context, unless it was created for a length.
    /// </summary>
    /// <param name="ids">The tokens, from one to <see cref="Room"/> of them.</param>
    /// <param name="progress">Receives the number of tokens read so far.</param>
    /// <param name="observe">Receives the logits of each block of tokens [tokens, vocabulary]; null where they are not needed.</param>
    /// <param name="select">Receives the logits of some of the tokens; null where they are not needed.</param>
    /// <param name="cancellation">Stops between layers; the context cannot be used any more then.</param>
    public void Append(
        ReadOnlySpan<int> ids, Action<int>? progress = null, Action<float[]>? observe = null, LogitSelection? select = null,
        CancellationToken cancellation = default)
    {
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        model.RequireKnown(ids);
        if (ids.Length > Room)
        {
            throw new HomerException(
                $"The context has room for {Room} more tokens, not {ids.Length}; ask for fewer, or create it with more room.");
        }

        if (NextPosition == 0 && !isLengthGiven)
            Rope.Settle(policy?.PositionsOf(ids.Length) ?? ids.Length);
        Rope.EnsureLength(policy?.Limit ?? (NextPosition + ids.Length));
        ContextWorkspace work = Reserve(Math.Min(ids.Length, policy?.BlockLength ?? ids.Length));
        using DeviceBuffer<float>? all = observe is null
            ? null
            : model.Device.Allocate<float>((long)work.Forward.Capacity * model.Config.VocabularySize, MemoryUse.Workspace);
        using DeviceBuffer<float>? some = select is null
            ? null
            : model.Device.Allocate<float>((long)LogitSelection.RowsAtOnce * model.Config.VocabularySize, MemoryUse.Workspace);
        for (int start = 0; start < ids.Length; start += work.Forward.Capacity)
        {
            int count = Math.Min(work.Forward.Capacity, ids.Length - start);
            ArrayView<float> hidden = ReadBlock(work, ids.Slice(start, count), cancellation);
            if (all is not null)
            {
                work.Forward.Logits(hidden, all.View, count);
                float[] block = all.Read(0, (long)count * model.Config.VocabularySize);
                RequireFinite(block);
                observe!(block);
            }

            if (some is not null)
                Select(select!, work.Forward, hidden, some, start, count);
            progress?.Invoke(start + count);
            if (start + count == ids.Length)
                work.Forward.Logits(hidden.SubView((long)(count - 1) * model.Config.HiddenSize, model.Config.HiddenSize), logits.View, 1);
        }
    }

    /// <summary>Returns true if a text of this length, read from its beginning, has the frequencies of this context.</summary>
    internal bool SuitsLength(int tokens) => Rope.Suits(tokens);

    /// <summary>Drops the last tokens of every layer, so that they, or others, can be read in their place.</summary>
    /// <param name="count">The number of tokens to drop.</param>
    /// <param name="nextPosition">The position of the first token that will take their place.</param>
    internal void Truncate(int count, int nextPosition)
    {
        for (int layer = 0; layer < lengths.Length; layer++)
            lengths[layer] -= count;
        NextPosition = nextPosition;
    }

    /// <summary>Whether tokens are evicted, or attended to in another way than usual.</summary>
    internal bool HasPolicy => policy is not null;

    /// <summary>
    /// Reads the first of the last tokens once more, in their places, and returns the queries of a layer. What is cached stays, but for
    /// rounding.
    /// </summary>
    /// <param name="ids">The tokens to read, which the cache holds already.</param>
    /// <param name="fromEnd">The number of tokens from the first of them to the end of the cache.</param>
    /// <param name="last">The layer, beyond which nothing is computed.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>The queries, RoPE applied [tokens, heads, head_dim].</returns>
    internal float[] ReadAgain(ReadOnlySpan<int> ids, int fromEnd, int last, CancellationToken cancellation)
    {
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        int width = model.Config.Heads * model.Config.HeadDim;
        var queries = new float[ids.Length * width];
        ContextWorkspace work = Reserve(ids.Length);
        for (int start = 0, count; start < ids.Length; start += count)
        {
            count = Math.Min(work.Forward.Capacity, ids.Length - start);
            work.Positions.Write([.. Enumerable.Range(NextPosition - fromEnd + start, count)]);
            ArrayView<float> hidden = work.Hidden.View.SubView(0, (long)count * model.Config.HiddenSize);
            work.Forward.Embed(ids.Slice(start, count), hidden);
            for (int layer = 0; layer <= last; layer++)
            {
                cancellation.ThrowIfCancellationRequested();
                work.Forward.Attend(layer, hidden, work.Positions.View, count, Cache, 0, lengths[layer] - fromEnd + start);
                if (layer == last)
                    model.Device.Read(work.Forward.Queries(count)).CopyTo(queries, start * width);
                else
                    work.Forward.Mlp(layer, hidden, count);
            }
        }

        return queries;
    }

    /// <summary>Sets the logits of the next token from the host.</summary>
    internal void SetLogits(float[] values) => logits.Write(values);

    /// <summary>Copies the logits of the next token to the host.</summary>
    /// <exception cref="HomerException">They are not finite; the message names the tensor or the layer that is the cause.</exception>
    public float[] ReadLogits()
    {
        float[] values = logits.Read();
        RequireFinite(values);
        return values;
    }

    /// <summary>Refuses logits of this context that are not finite.</summary>
    /// <exception cref="HomerException">One is not; the message names the tensor or the layer that is the cause.</exception>
    internal void RequireFinite(ReadOnlySpan<float> values) => model.RequireFinite(values, "The logits", LayerThatOverflows);

    /// <summary>Returns the first layer whose keys or values are not finite, which the layer before it, or its own weights, made.</summary>
    private int? LayerThatOverflows()
    {
        for (int layer = 0; layer < lengths.Length; layer++)
        {
            int held = lengths[layer], first = layer;
            if (Enumerable.Range(0, 2 * Cache.KvHeads).Any(plane => !NotFinite.IsAbsent(Cache.ReadPlane(first, plane, held))))
                return layer;
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        workspace?.Dispose();
        lifetime.Dispose();
    }

    /// <summary>Hands out the wanted logits of a block of tokens, of which the first has the index <paramref name="start"/>.</summary>
    private void Select(
        LogitSelection select, ForwardPass forward, ArrayView<float> hidden, DeviceBuffer<float> logits, int start, int count)
    {
        long width = model.Config.HiddenSize, vocabulary = model.Config.VocabularySize;
        for (int first = 0, rows; first < count; first += Math.Max(rows, 1))
        {
            rows = 0;
            while (rows < LogitSelection.RowsAtOnce && first + rows < count && select.IsWanted(start + first + rows))
                rows++;
            if (rows == 0)
                continue;
            forward.Logits(hidden.SubView(first * width, rows * width), logits.View, rows);
            float[] chosen = logits.Read(0, rows * vocabulary);
            RequireFinite(chosen);
            select.Receive(start + first, chosen);
        }
    }

    private ArrayView<float> ReadBlock(ContextWorkspace work, ReadOnlySpan<int> ids, CancellationToken cancellation)
    {
        int count = ids.Length;
        policy?.Prepare(this, count);
        work.Positions.Write([.. Enumerable.Range(NextPosition, count)]);
        ArrayView<float> hidden = work.Hidden.View.SubView(0, (long)count * model.Config.HiddenSize);
        work.Forward.Embed(ids, hidden);
        for (int layer = 0; layer < lengths.Length; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (policy is null)
                work.Forward.Attend(layer, hidden, work.Positions.View, count, Cache, 0, lengths[layer]);
            else
                policy.Attend(this, work.Forward, layer, hidden, count);
            work.Forward.Mlp(layer, hidden, count);
            lengths[layer] += count;
        }

        NextPosition += count;
        return hidden;
    }

    private ContextWorkspace Reserve(int tokens)
    {
        int rows = Math.Min(tokens, model.Device.BlockLength);
        if (workspace is not null && (workspace.Forward.Capacity == rows || (rows > 1 && workspace.Forward.Capacity > rows)))
            return workspace;
        workspace?.Dispose();
        workspace = null;
        return workspace = new(model, Rope, rows);
    }
}
