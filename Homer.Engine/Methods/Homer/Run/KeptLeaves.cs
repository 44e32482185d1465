using Homer.Engine.Models;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Run;

/// <summary>The leaves of one run in a <see cref="LeafStore"/>: it restores those that are there and saves the others.</summary>
internal sealed class KeptLeaves
{
    private readonly LeafStore store;
    private readonly TransformerModel model;
    private readonly MergingKernels kernels;
    private readonly CacheType type;
    private readonly string[] keys;

    /// <summary>Begins a reading: leaves that it needs stay in the store if they are there.</summary>
    public KeptLeaves(LeafStore store, HomerReading reading, RopeTable rope)
    {
        this.store = store;
        model = reading.Request.Model;
        kernels = MergingKernels.Of(model.Device);
        type = reading.Request.ResolvedCacheType;
        var provenance = Provenance.OfLeaves(model);
        keys = LeafKey.Of(reading, rope, provenance);
        store.Reused = 0;
        int room = reading.Options.Chunk - reading.Plan.PrefixLength - reading.Plan.SuffixLength;
        store.Begin(model.Device, new(keys, room, WordsFor(reading), provenance));
    }

    /// <summary>Returns the length of a leaf in 32-bit words.</summary>
    public static long WordsFor(HomerReading reading)
    {
        int tokens = reading.Plan.PrefixLength + Math.Min(reading.Plan.LeafDocumentLength, reading.Plan.DocumentLength);
        return WordsFor(reading.Request.Model.Config, tokens, reading.Plan.LeafLayers, reading.Request.ResolvedCacheType);
    }

    /// <summary>Returns the bytes of device memory that keeping a reading's leaves takes.</summary>
    public static long DeviceBytesFor(HomerReading reading) =>
        reading.Leaves?.DeviceBytesFor(WordsFor(reading), reading.Plan.LeafCount) ?? 0;

    /// <summary>Restores a leaf's prefix and document tokens, if they are kept.</summary>
    /// <param name="leaf">The number of the leaf.</param>
    /// <param name="cache">The cache of the run.</param>
    /// <param name="spans">The rows of those tokens in each of the leaf's layers.</param>
    /// <param name="hidden">The hidden states of those tokens [tokens, hidden_size].</param>
    /// <param name="tokens">The number of those tokens.</param>
    /// <returns>False if they are not kept; nothing happens then.</returns>
    public bool TryRestore(int leaf, KeyValueCache cache, ArrayView<LayerSpan> spans, ArrayView<float> hidden, int tokens)
    {
        if (store.Read(keys[leaf]) is not { } kept)
            return false;
        kernels.LeafTransfer.LaunchRestore(Part(kept, tokens, spans), cache, spans, (int)spans.Length, hidden, tokens);
        store.Reused++;
        return true;
    }

    /// <summary>Saves a leaf's prefix and document tokens; the parameters are those of <see cref="TryRestore"/>.</summary>
    public void Save(int leaf, KeyValueCache cache, ArrayView<LayerSpan> spans, ArrayView<float> hidden, int tokens)
    {
        RequireFinite(hidden.SubView(0, (long)tokens * model.Config.HiddenSize), (int)spans.Length - 1);
        kernels.LeafTransfer.LaunchSave(Part(store.BeginWrite(keys[leaf]), tokens, spans), cache, spans, (int)spans.Length, hidden, tokens);
        store.EndWrite(keys[leaf]);
    }

    /// <summary>Refuses hidden states that no later reading should begin with.</summary>
    private void RequireFinite(ArrayView<float> hidden, int layer) =>
        model.RequireFinite(model.Device.Read(hidden), "The hidden states", () => layer);

    // The last leaf may be shorter than the others.
    private ArrayView<int> Part(ArrayView<int> leaf, int tokens, ArrayView<LayerSpan> spans) =>
        leaf.SubView(0, WordsFor(model.Config, tokens, (int)spans.Length, type));

    private static long WordsFor(ModelConfig config, int tokens, int layers, CacheType type) =>
        LeafTransfer.WordsFor(tokens, layers, config.KvHeads, config.HeadDim, config.HiddenSize, type);
}
