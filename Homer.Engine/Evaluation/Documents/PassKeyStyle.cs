using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// The wording of a pass-key document: the text around the key, the sentences that state it and the question that asks for it.
/// </summary>
/// <param name="Name">The name that <c>--style</c> takes.</param>
/// <param name="Prefix">The instructions before the document; null for the prefix of the model folder's prompt template.</param>
/// <param name="Question">The question.</param>
/// <param name="Framed">True if the question is put into the model folder's prompt template.</param>
/// <param name="Cue">The beginning of the answer, up to the key.</param>
/// <param name="Tell">Returns the sentences that state a key.</param>
/// <param name="Sentences">Returns, for a seed, the generator of the sentences around the key; it never ends.</param>
public sealed record PassKeyStyle(
    string Name, string? Prefix, string Question, bool Framed, string Cue, Func<string, string> Tell, Func<int, Func<string>> Sentences)
{
    /// <summary><inheritdoc cref="PassKeyStyle" path="/param[@name='Name']/node()"/></summary>
    public string Name { get; init => field = NotNull.Of(value); } = NotNull.Of(Name);

    /// <summary><inheritdoc cref="PassKeyStyle" path="/param[@name='Question']/node()"/></summary>
    public string Question { get; init => field = NotNull.Of(value); } = NotNull.Of(Question);

    /// <summary><inheritdoc cref="PassKeyStyle" path="/param[@name='Cue']/node()"/></summary>
    public string Cue { get; init => field = NotNull.Of(value); } = NotNull.Of(Cue);

    /// <summary><inheritdoc cref="PassKeyStyle" path="/param[@name='Tell']/node()"/></summary>
    public Func<string, string> Tell { get; init => field = NotNull.Of(value); } = NotNull.Of(Tell);

    /// <summary><inheritdoc cref="PassKeyStyle" path="/param[@name='Sentences']/node()"/></summary>
    public Func<int, Func<string>> Sentences { get; init => field = NotNull.Of(value); } = NotNull.Of(Sentences);

    // One block, as it is published: the whole block is repeated, and the key stands between two repetitions.
    private const string Grass = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

    /// <summary>A pass key in a <see cref="VillageChronicle"/>: homer-mini was trained on these words, and no passage repeats.</summary>
    public static PassKeyStyle Chronicle { get; } = new(
        "chronicle",
        Prefix: null,
        "What is the pass key?",
        Framed: true,
        "The pass key is #",
        key => $"The pass key is #{key}. Remember it: #{key} is the pass key.",
        seed => new VillageChronicle(seed).Sentence);

    /// <summary>
    /// The usual pass-key test for pretrained models, "The grass is green" (Mohtashami and Jaggi 2023, arXiv 2305.16300).
    /// </summary>
    public static PassKeyStyle GreenGrass { get; } = new(
        "grass",
        "There is an important info hidden inside a lot of irrelevant text. Find it and memorize it. "
        + "I will quiz you about the important information there.",
        "What is the pass key?",
        Framed: false,
        "The pass key is ",
        key => $"The pass key is {key}. Remember it. {key} is the pass key.",
        _ => () => Grass);

    /// <summary>All styles.</summary>
    public static IReadOnlyList<PassKeyStyle> All { get; } = [Chronicle, GreenGrass];

    /// <summary>Draws a pass key of five digits.</summary>
    internal static string DrawKey(Random random) => new(random.GetItems("0123456789".AsSpan(), 5));

    /// <summary>Finds a style by its name.</summary>
    /// <exception cref="HomerException">No style has this name.</exception>
    public static PassKeyStyle Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(style => style.Name == name)
        ?? throw new HomerException($"'{name}' is not a style; use {string.Join(" or ", All.Select(style => style.Name))}.");
    }
}
