using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Documents;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>The kinds of sentences that are planted in a document, and of questions about them.</summary>
public enum NeedleKind
{
    /// <summary>One sentence.</summary>
    One,

    /// <summary>Four sentences with different keys, of which one is asked for.</summary>
    MultiKey,

    /// <summary>Four sentences with the same key, whose numbers are all asked for.</summary>
    MultiValue,

    /// <summary>Six sentences that say where people went, of whom one is looked for.</summary>
    Where,

    /// <summary>Up to twelve facts, which are asked for in other words than they stand in.</summary>
    Reworded,

    /// <summary>A pass key in the words that homer-mini was trained on.</summary>
    PassKey,
}

/// <summary>The settings of planted sentences: their kinds, the documents and the questions.</summary>
/// <param name="Kinds">What is planted; at least one kind, none twice.</param>
/// <param name="Lengths">The lengths of documents in tokens.</param>
/// <param name="Documents">The number of documents of each length and text.</param>
public sealed record NeedleOptions(IReadOnlyList<NeedleKind> Kinds, IReadOnlyList<int> Lengths, int Documents)
{
    /// <summary>The number of sentences where there are several.</summary>
    public const int Several = 4;

    /// <summary>The most questions of a kind about a document.</summary>
    public const int MostQuestions = 100;

    /// <summary><inheritdoc cref="NeedleOptions" path="/param[@name='Kinds']/node()"/></summary>
    public IReadOnlyList<NeedleKind> Kinds { get; init => field = NotNull.Of(value); } = NotNull.Of(Kinds);

    /// <summary><inheritdoc cref="NeedleOptions" path="/param[@name='Lengths']/node()"/></summary>
    public IReadOnlyList<int> Lengths { get; init => field = NotNull.Of(value); } = NotNull.Of(Lengths);

    /// <summary>
    /// The number of questions of each kind about a document. Where one set of planted sentences does not answer as many, the document has
    /// versions that differ in these sentences alone.
    /// </summary>
    public int Questions { get; init; } = 1;

    /// <summary>The seed of the first document; the next documents have the next seeds.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>True if questions are asked bare, false if their answers are begun.</summary>
    public bool Bare { get; init; }

    /// <summary>Whether documents have versions, of which each plants its own sentences in the same passage.</summary>
    internal bool HasVersions =>
        Kinds is not [NeedleKind.One or NeedleKind.MultiKey or NeedleKind.MultiValue]
        || Questions > NeedleSet.QuestionsOf(Kinds[0], Questions);

    /// <summary>Returns the most questions that can be asked about a document.</summary>
    /// <param name="kind">What is planted.</param>
    public static int MostQuestionsOf(NeedleKind kind) => kind == NeedleKind.Reworded ? RewordedFact.All.Count : MostQuestions;
}
