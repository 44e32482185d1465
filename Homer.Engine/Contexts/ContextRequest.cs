using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Leaves;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Contexts;

/// <summary>All that a way of handling a long context may need.</summary>
/// <param name="Model">The model.</param>
/// <param name="Input">Prefix, document and suffix.</param>
public sealed record ContextRequest(TransformerModel Model, ContextInput Input)
{
    /// <summary>The settings of hierarchical merging; position scaling and the cache's element type are read by every method.</summary>
    public HomerOptions Options { get; init; } = HomerOptions.Paper;

    /// <summary>The model's calibration table, if there is one.</summary>
    public CalibrationTable? Calibration { get; init; }

    /// <summary>Tokens that the context must have room for beyond the input.</summary>
    public int NewTokens { get; init; }

    /// <summary>Told the share of the work that is done, 0 … 1.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Filled with what became of every context token, when set; hierarchical merging alone drops tokens one by one.</summary>
    public SurvivorMap? Survivors { get; init; }

    /// <summary>What hierarchical merging keeps of this reading, and uses again of an earlier one of the same document; not owned.</summary>
    public LeafCache? Leaves { get; init; }

    /// <summary>Stops the work soon.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Tokens of the input and new ones.</summary>
    internal long TotalLength => (long)Input.Length + NewTokens;

    /// <summary>Document tokens that a chunk has room for beside prefix and suffix.</summary>
    internal int DocumentRoom => Options.Resolve(Model.Config).Chunk - Input.Prefix.Count - Input.Suffix.Count;

    /// <summary>
    /// The request with chunks that have room for so many document tokens, however long the suffix: leaves are then the same for every question.
    /// Nothing changes where such a chunk would leave the window.
    /// </summary>
    internal ContextRequest WithDocumentRoom(int room)
    {
        int chunk = room + Input.Prefix.Count + Input.Suffix.Count;
        return chunk <= Model.Config.ScaledWindow(RopeScaling) ? this with { Options = Options with { Chunk = chunk } } : this;
    }

    internal CacheType CacheType => Options.CacheType ?? default;

    internal RopeScaling RopeScaling => Options.RopeScaling ?? Model.Config.RopeScaling;
}
