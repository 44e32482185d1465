using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Pass keys in documents from a file, a row each: <c>{"prefix":…,"context":…,"postfix":…,"target":…}</c>.</summary>
public sealed class PassKeyFileTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly IReadOnlyList<PassKeyRow> rows;
    private readonly int[][] contexts;
    private readonly string fingerprint;

    /// <summary>Reads the file.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="most">The most rows to take.</param>
    /// <exception cref="HomerException">The file cannot be read, or a line is not of the form.</exception>
    public PassKeyFileTask(HomerEngine engine, string path, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        (rows, fingerprint) = PassKeyRow.Read(path);
        contexts = [.. rows.Take(most).Select(row => engine.Tokenizer.Encode(row.Context))];
        Cases = [.. contexts.Index().Select(row => new EvaluationCase(Path.GetFileName(path), LengthClass.Of(row.Item.Length), row.Index, [Depth(rows[row.Index])]))];
    }

    /// <inheritdoc/>
    public string Name => "passkey";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["data"] = fingerprint };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase which)
    {
        ArgumentNullException.ThrowIfNull(which);
        PassKeyRow row = rows[which.Number];
        string space = row.Postfix[^1] == '#' || char.IsWhiteSpace(row.Postfix[^1]) ? "" : " ";
        return new(
            engine.Tokenizer.Encode(row.Prefix, beginOfSequence: true), contexts[which.Number],
            [GreedyAnswer.WithCue(engine.Tokenizer, row.Postfix + space, row.Target)]);
    }

    private static double? Depth(PassKeyRow row) =>
        Math.Round((double)row.Context.IndexOf(row.Target, StringComparison.Ordinal) / row.Context.Length, 4);
}
