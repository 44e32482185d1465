using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Methods.Homer;

/// <summary>
/// HOMER, hierarchical context merging (Song et al. 2024, arXiv 2404.10308): chunks of the document are read one or a few at a time and,
/// between layers, pruned and merged in a tree, until one cache of a fixed length represents the whole document. Memory beyond the weights
/// grows with the logarithm of the document's length.
/// </summary>
/// <param name="options">The settings; null for the published ones.</param>
public class HomerMethod(HomerOptions? options = null)
    : ContextMethod<HomerOptions>(options ?? HomerOptions.Paper), ICalibratedMethod, IChunkedMethod, IPruningMethod
{
    // A chunk with less document than this, or with more affixes than document, separates what belongs together.
    private const int LeastDocument = 32;

    /// <inheritdoc/>
    public override string Name => "homer";

    /// <inheritdoc/>
    public override string Summary => "chunks pruned and merged in a tree; memory grows with the logarithm of the length";

    /// <inheritdoc/>
    public bool IsChunkGiven => Options.Chunk is not null;

    /// <summary>The calibration table that logits are measured against; null to take logits as they are.</summary>
    public CalibrationTable? Calibration { get; private set; }

    private LeafStore? Leaves { get; set; }

    private SurvivorMap? Survivors { get; set; }

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request) => Plan(request).Read();

    /// <inheritdoc/>
    public PlannedReading Plan(ContextRequest request) => PlanMerging(request);

    /// <inheritdoc/>
    public IContextMethod WithCalibration(CalibrationTable? calibration) => Changed(method => method.Calibration = calibration);

    /// <inheritdoc/>
    public IChunkedMethod WithLeaves(LeafStore? leaves) => Changed(method => method.Leaves = leaves);

    /// <inheritdoc/>
    public IContextMethod WithSurvivors(SurvivorMap? survivors) => Changed(method => method.Survivors = survivors);

    /// <inheritdoc/>
    public int DocumentRoom(ContextRequest request)
    {
        ContextInput input = Adapt(request).Input;
        return Resolve(request).Chunk - input.Prefix.Count - input.Suffix.Count;
    }

    /// <inheritdoc/>
    public IChunkedMethod WithDocumentRoom(ContextRequest request, int room)
    {
        ContextRequest adapted = Adapt(request);
        int chunk = room + adapted.Input.Prefix.Count + adapted.Input.Suffix.Count;
        bool fits = chunk <= adapted.Model.Config.ScaledWindow(adapted.ResolvedRopeScaling);
        return fits ? (IChunkedMethod)WithOptions(Options with { Chunk = chunk }) : this;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Longer chunks come before shorter ones; for each length, 32-bit caches before 16-bit ones, which cost hardly any accuracy, and
    /// leaves side by side before leaves one after another. A shorter chunk does not always need less memory, because one token less may
    /// double the number of leaves; therefore every length is listed.
    /// </remarks>
    public IEnumerable<MemoryChoice> Choices(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return
            from chunk in Chunks(request)
            from type in request.CacheType is { } given ? [given] : Enum.GetValues<CacheType>()
            from rows in Options.RowsAtOnce is null && request.Model.Device.RowsAtOnce > 0 ? [null, 0] : new[] { Options.RowsAtOnce }
            let method = (HomerMethod)WithOptions(Options with { Chunk = chunk, RowsAtOnce = rows })
            select new MemoryChoice(method, request with { CacheType = type }, chunk);
    }

    /// <summary>
    /// Returns the request with the settings that the method decides, such as a position scaling. Adapting a request twice is like once.
    /// </summary>
    /// <exception cref="HomerException">The request contradicts the method.</exception>
    protected virtual ContextRequest Adapt(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request;
    }

    /// <summary>Fills in every default of the settings.</summary>
    private protected virtual ResolvedHomerOptions Resolve(ContextRequest request)
    {
        HomerOptions open = Options with { RowsAtOnce = Options.RowsAtOnce ?? request.Model.Device.RowsAtOnce };
        return open.Resolve(request.Model.Config, Adapt(request).ResolvedRopeScaling);
    }

    /// <summary>Plans a reading as a tree.</summary>
    /// <exception cref="HomerException">The settings, the input or the table do not fit the model.</exception>
    internal HomerReading PlanMerging(ContextRequest request)
    {
        ContextRequest adapted = Adapt(request);
        adapted.Input.Validate(adapted.Model);
        ResolvedHomerOptions resolved = Resolve(adapted);
        MergePlan plan = MergePlan.Create(
            resolved, adapted.Input.Prefix.Count, adapted.Input.Document.Count, adapted.Input.Suffix.Count, adapted.Model.Config);
        if (Calibration is { } table)
            RequireFits(table, plan, resolved);
        return new(adapted, resolved, plan, Calibration) { Leaves = Leaves, Survivors = Survivors };
    }

    private static void RequireFits(CalibrationTable table, MergePlan plan, ResolvedHomerOptions options)
    {
        int distances = plan.SuffixPosition + plan.SuffixLength;
        if (table.Layers != plan.Layers)
        {
            throw new HomerException(
                $"The calibration table is for {table.Layers} layers but the model has {plan.Layers}; make one with homer calibrate.");
        }

        if (options.Pruning == Pruning.Calibrated && distances > table.Distances)
        {
            throw new HomerException(
                $"The calibration table covers {table.Distances} distances but chunks span {distances}; "
                + "make a longer one with homer calibrate, or use smaller chunks.");
        }

        if (options.Accumulate && !table.HasScale)
        {
            throw new HomerException(
                "Accumulated significance needs the calibration table's scale, which this table lacks; make one with homer calibrate.");
        }
    }

    /// <summary>Lists the chunk lengths to try, longest first: every length, or for long chunks steps of 1/1024 of the length.</summary>
    private IEnumerable<int> Chunks(ContextRequest request)
    {
        int longest = Resolve(request).Chunk, affixes = request.Input.Prefix.Count + request.Input.Suffix.Count;
        yield return longest;
        if (IsChunkGiven)
            yield break;
        int shortest = Math.Max(Options.InitialChunk ?? 0, affixes + Math.Max(affixes, LeastDocument));
        for (int chunk = Next(longest); chunk >= shortest; chunk = Next(chunk))
            yield return chunk;

        static int Next(int chunk) => chunk - Math.Max(1, chunk / 1024);
    }

    private HomerMethod Changed(Action<HomerMethod> change)
    {
        var changed = (HomerMethod)WithOptions(Options);
        change(changed);
        return changed;
    }
}
