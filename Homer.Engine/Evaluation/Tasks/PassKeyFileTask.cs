using Homer.Engine.Evaluation.Documents;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>
/// Pass-key retrieval from documents in a file, one JSON object a line: <c>{"prefix":…,"context":…,"postfix":…,"target":…}</c>.
/// </summary>
public sealed class PassKeyFileTask : IEvaluationTask
{
    private readonly HomerEngine engine;
    private readonly IReadOnlyList<PassKeyRow> rows;
    private readonly int[][] documents;
    private readonly string fingerprint;

    /// <summary>Reads the file and encodes its documents.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="limit">The largest number of rows to use.</param>
    /// <exception cref="HomerException">The file cannot be read, is empty, or has a line of another form.</exception>
    public PassKeyFileTask(HomerEngine engine, string path, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(engine);
        this.engine = engine;
        (rows, fingerprint) = PassKeyRow.Read(path);
        documents = [.. rows.Take(limit).Select(row => engine.Tokenizer.Encode(row.Document))];
        Cases = [.. documents.Index().Select(row => new EvaluationCase(
            Path.GetFileName(path), LengthBucket.Of(row.Item.Length), row.Index, [Depth(rows[row.Index])]))];
    }

    /// <inheritdoc/>
    public string Name => "passkey";

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["data"] = fingerprint };

    /// <inheritdoc/>
    public IReadOnlyList<EvaluationCase> Cases { get; }

    /// <inheritdoc/>
    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        ArgumentNullException.ThrowIfNull(evaluationCase);
        PassKeyRow row = rows[evaluationCase.Number];
        string space = row.Postfix[^1] == '#' || char.IsWhiteSpace(row.Postfix[^1]) ? "" : " ";
        return new(
            engine.Tokenizer.Encode(row.Prefix, beginOfSequence: true),
            documents[evaluationCase.Number],
            [EvaluationQuestion.WithCue(engine.Tokenizer, row.Postfix + space, row.Target)]);
    }

    private static double? Depth(PassKeyRow row) =>
        Math.Round((double)row.Document.IndexOf(row.Target, StringComparison.Ordinal) / row.Document.Length, 4);
}
