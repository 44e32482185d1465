using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Leaves;

/// <summary>
/// Keeps what the leaves of a tree compute for prefix and document: attention is causal, so none of it depends on the question that follows.
/// With the same cache in its <see cref="ContextRequest"/>, a further question over the same document computes its own tokens in the leaves and
/// the merged chunks above them, and nothing else; the result is, to the bit, that of asking afresh with leaves one after another (<see cref="HomerOptions.RowsAtOnce"/>). Leaves that a reading does not need are
/// given up. Free it before the model's device.
/// </summary>
/// <param name="store">Where the leaves are kept; owned.</param>
public sealed class LeafCache(LeafStore store) : IDisposable
{
    // Of free memory, leaves take this part unasked.
    private const int FreeShare = 4;

    private TransformerModel? model;
    private CacheType type;
    private string[] keys = [];

    /// <summary>Bytes that are kept, wherever they are.</summary>
    public long Bytes => store.Bytes;

    /// <summary>Bytes of device memory that are held now.</summary>
    public long DeviceBytes => store.DeviceBytes;

    /// <summary>Leaves that the last reading found kept.</summary>
    public int Reused { get; private set; }

    /// <summary>Keeps leaves in the model's device memory, the fastest place.</summary>
    public static LeafCache OnDevice() => new(new DeviceLeafStore());

    /// <summary>Keeps leaves in host memory: device memory is needed for one at a time.</summary>
    public static LeafCache OnHost() => new(new HostLeafStore());

    /// <summary>Keeps leaves in a file, which a later process can use again; a file that is of no use is replaced once a reading is complete.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="HomerException">The file is there but holds no leaves, or is broken.</exception>
    public static LeafCache InFile(string path) => new(new FileLeafStore(path));

    /// <summary>
    /// A cache in the fastest place where leaves are no burden: within what a budget leaves of the device's memory, or else in a quarter of what is
    /// free there, or of the host's; null where neither has room.
    /// </summary>
    /// <param name="request">The reading whose leaves are to be kept.</param>
    /// <param name="generation">How its context is continued; null where it is not.</param>
    /// <param name="budget">The most bytes that the device may hold at once, if there is a limit.</param>
    /// <exception cref="HomerException">The settings, the input or the table do not fit the model.</exception>
    public static LeafCache? Automatic(ContextRequest request, GenerationOptions? generation = null, long? budget = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ComputeDevice device = request.Model.Device;
        RunForecast forecast = RunForecast.Of(request, generation);
        long bytes = Words(forecast.Config, forecast.Plan, forecast.Options.CacheType) * forecast.Plan.LeafCount * sizeof(int);
        if (bytes <= (budget is null ? (device.Description.MemoryBytes - device.Memory.InUse) / FreeShare : budget - forecast.Memory.PeakBytes))
            return OnDevice();
        return !device.SharesHostMemory && bytes <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / FreeShare ? OnHost() : null;
    }

    /// <summary>The request with this cache, and with leaves as they are kept, if its chunk was left open.</summary>
    public ContextRequest Fit(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ContextRequest fitting = request.Options.Chunk is null && store.DocumentRoom is { } room ? request.WithDocumentRoom(room) : request;
        return fitting with { Leaves = this };
    }

    /// <summary>Bytes of device memory that keeping the leaves of a plan takes.</summary>
    internal long DeviceBytesFor(ModelConfig config, MergePlan plan, CacheType type) => store.DeviceBytesFor(Words(config, plan, type), plan.LeafCount);

    /// <summary>A reading begins: leaves that it needs stay if they are kept.</summary>
    internal void Begin(ContextRequest request, MergePlan plan, ResolvedHomerOptions options, RopeTable rope)
    {
        model = request.Model;
        type = options.CacheType;
        keys = LeafKey.Of(request, plan, options, rope);
        Reused = 0;
        store.Begin(model.Device, keys, options.Chunk - plan.PrefixLength - plan.SuffixLength, Words(model.Config, plan, type));
    }

    /// <summary>Puts a leaf's prefix and document tokens in place, if they are kept.</summary>
    /// <param name="leaf">The number of the leaf.</param>
    /// <param name="cache">The cache of the run.</param>
    /// <param name="spans">Where the leaf begins in each of its layers.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="hidden">The hidden states of those tokens [tokens, hidden_size].</param>
    /// <param name="tokens">How many they are.</param>
    internal bool TryRestore(int leaf, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens)
    {
        if (store.Read(keys[leaf]) is not { } kept)
            return false;
        model!.LeafTransfer.LaunchRestore(Part(kept, tokens, layers), cache, spans, layers, hidden, tokens);
        Reused++;
        return true;
    }

    /// <summary>Keeps a leaf's prefix and document tokens; the parameters are those of <see cref="TryRestore"/>.</summary>
    internal void Save(int leaf, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens)
    {
        model!.LeafTransfer.LaunchSave(Part(store.BeginWrite(keys[leaf]), tokens, layers), cache, spans, layers, hidden, tokens);
        store.EndWrite(keys[leaf]);
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();

    private static long Words(ModelConfig config, MergePlan plan, CacheType type)
    {
        int tokens = plan.PrefixLength + Math.Min(plan.LeafDocumentLength, plan.DocumentLength);
        return LeafTransfer.WordsFor(tokens, plan.LeafLayers, config.KvHeads, config.HeadDim, config.HiddenSize, type);
    }

    // The last leaf may be shorter than the others.
    private ArrayView<int> Part(ArrayView<int> leaf, int tokens, int layers)
    {
        ModelConfig config = model!.Config;
        return leaf.SubView(0, LeafTransfer.WordsFor(tokens, layers, config.KvHeads, config.HeadDim, config.HiddenSize, type));
    }
}
