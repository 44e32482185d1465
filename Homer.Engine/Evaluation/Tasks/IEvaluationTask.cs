using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>A kind of measurement: its documents and the questions about each. Every kind is a class in a file of its own.</summary>
public interface IEvaluationTask
{
    /// <summary>The name that <c>homer eval</c> takes.</summary>
    string Name { get; }

    /// <summary>
    /// The settings on which trials depend besides their variant and case. Trials with different settings are never mixed.
    /// </summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>All documents, in the order in which they are read; known before any of them is written.</summary>
    IReadOnlyList<EvaluationCase> Cases { get; }

    /// <summary>Writes or loads a document, once for all variants.</summary>
    /// <param name="evaluationCase">One of <see cref="Cases"/>.</param>
    EvaluationDocument Create(EvaluationCase evaluationCase);
}

/// <summary>The description of a document before it is written.</summary>
/// <param name="Source">The file that the document is from; null for a generated one.</param>
/// <param name="Length">The requested length in tokens, under which results are summarized.</param>
/// <param name="Number">The document's seed, or its number in the file.</param>
/// <param name="Depths">The place of each question's answer: 0 is the beginning, 1 is the end; null where that has no meaning.</param>
public sealed record EvaluationCase(string? Source, int Length, int Number, IReadOnlyList<double?> Depths)
{
    /// <summary><inheritdoc cref="EvaluationCase" path="/param[@name='Depths']/node()"/></summary>
    public IReadOnlyList<double?> Depths { get; init => field = NotNull.Of(value); } = NotNull.Of(Depths);
}

/// <summary>A document in tokens with its questions, each of which is one trial.</summary>
/// <param name="Prefix">The tokens before the document; the first is the begin-of-sequence token.</param>
/// <param name="Tokens">The tokens of the document.</param>
/// <param name="Questions">The questions, as many as the case has depths.</param>
public sealed record EvaluationDocument(IReadOnlyList<int> Prefix, IReadOnlyList<int> Tokens, IReadOnlyList<EvaluationQuestion> Questions)
{
    /// <summary><inheritdoc cref="EvaluationDocument" path="/param[@name='Prefix']/node()"/></summary>
    public IReadOnlyList<int> Prefix { get; init => field = NotNull.Of(value); } = NotNull.Of(Prefix);

    /// <summary><inheritdoc cref="EvaluationDocument" path="/param[@name='Tokens']/node()"/></summary>
    public IReadOnlyList<int> Tokens { get; init => field = NotNull.Of(value); } = NotNull.Of(Tokens);

    /// <summary><inheritdoc cref="EvaluationDocument" path="/param[@name='Questions']/node()"/></summary>
    public IReadOnlyList<EvaluationQuestion> Questions { get; init => field = NotNull.Of(value); } = NotNull.Of(Questions);
}
