using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Reading;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// Recall: the document is read without the question, chunk by chunk and only up to a middle layer, and of every token the keys of one or
/// two heads are kept. The question then scores all tokens by what these heads look for, and the best passages are read as ordinary text.
/// Device memory does not grow with the document, and a further question costs a scan of small keys.
/// </summary>
/// <remarks>
/// After REFORM (Song et al. 2025, arXiv 2506.01215), which gathers by keys, and QRHead (Zhang et al. 2025, arXiv 2506.09944), which
/// chooses the heads by questions and the passages that answer them.
/// </remarks>
/// <param name="options">The settings; null for those that were learned of the model.</param>
public sealed class RecallMethod(RecallOptions? options = null)
    : ContextMethod<RecallOptions>(options ?? new()), ICalibratedMethod, IPlannedMethod, IRankingMethod, IRecallingMethod
{
    /// <inheritdoc/>
    public override string Name => "recall";

    /// <inheritdoc/>
    public override string Summary =>
        "keys of a few heads are kept of every token, and the passages that the question looks for are read; device memory does not grow";

    /// <summary>The table with what was learned of the model; null for none.</summary>
    public CalibrationTable? Calibration { get; private set; }

    private RecallMemory? Memory { get; set; }

    private TokenRanking? Ranking { get; set; }

    /// <inheritdoc/>
    public IContextMethod WithCalibration(CalibrationTable? calibration) => Changed(method => method.Calibration = calibration);

    /// <summary>Returns this method with a place for the keys of a document, from which further questions about it take them.</summary>
    /// <param name="memory">The place; null to keep nothing.</param>
    public RecallMethod WithMemory(RecallMemory? memory) => Changed(method => method.Memory = memory);

    /// <inheritdoc/>
    IContextMethod IRecallingMethod.WithMemory(RecallMemory? memory) => WithMemory(memory);

    /// <inheritdoc/>
    public IContextMethod WithRanking(TokenRanking? ranking) => Changed(method => method.Ranking = ranking);

    /// <inheritdoc/>
    public override KvContext Read(ContextRequest request) => Plan(request).Read();

    /// <inheritdoc/>
    public PlannedReading Plan(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Input.Validate(request.Model);
        ResolvedRecallOptions resolved = Options.Resolve(request.Model.Config, request.ResolvedRopeScaling, Calibration?.Recall);
        return new RecallReading(request, resolved, Memory, Calibration) { Ranking = Ranking };
    }

    private RecallMethod Changed(Action<RecallMethod> change)
    {
        var changed = (RecallMethod)WithOptions(Options);
        change(changed);
        return changed;
    }
}
