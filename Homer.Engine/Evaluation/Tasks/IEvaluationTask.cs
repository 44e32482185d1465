using Homer.Engine.Evaluation.Scoring;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>A kind of measurement: which documents there are, and what is asked about each. One file each.</summary>
public interface IEvaluationTask
{
    /// <summary>The name that <c>homer eval</c> takes.</summary>
    string Name { get; }

    /// <summary>What else trials depend on than their variant and their case; trials with other settings are never mixed.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Every document, in the order in which they are read; known without writing any of them.</summary>
    IReadOnlyList<EvaluationCase> Cases { get; }

    /// <summary>Writes or fetches a document, once for all variants.</summary>
    /// <param name="which">One of <see cref="Cases"/>.</param>
    EvaluationDocument Create(EvaluationCase which);
}

/// <summary>A document that is yet to be written.</summary>
/// <param name="Source">The file it is from; null for a generated one.</param>
/// <param name="Length">The cell it counts in: its length in tokens as asked for.</param>
/// <param name="Number">Its seed, or its number in the file.</param>
/// <param name="Depths">For each question, where the answer is told: 0 at the beginning, 1 at the end; null where that has no meaning.</param>
public sealed record EvaluationCase(string? Source, int Length, int Number, IReadOnlyList<double?> Depths);

/// <summary>A document in tokens, with questions of which each is a trial.</summary>
/// <param name="Prefix">Tokens before the document; begins with the token that begins a sequence.</param>
/// <param name="Context">The document's tokens.</param>
/// <param name="Questions">As many as the case has depths.</param>
public sealed record EvaluationDocument(IReadOnlyList<int> Prefix, IReadOnlyList<int> Context, IReadOnlyList<EvaluationQuestion> Questions);

/// <summary>A question and how its answer is judged.</summary>
/// <param name="Suffix">Tokens after the document.</param>
/// <param name="Scorer">The judge.</param>
public sealed record EvaluationQuestion(IReadOnlyList<int> Suffix, IScorer Scorer);
