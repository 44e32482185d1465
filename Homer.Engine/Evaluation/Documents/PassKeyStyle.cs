
namespace Homer.Engine.Evaluation.Documents;

/// <summary>The words of a pass-key document: what surrounds the key, how it is told and how it is asked for.</summary>
/// <param name="Name">The name that <c>--style</c> takes.</param>
/// <param name="Prefix">Instructions before the document; null for the model folder's own.</param>
/// <param name="Question">The question.</param>
/// <param name="Framed">Whether the question stands in the model folder's frame.</param>
/// <param name="Cue">The answer up to the key, which follows.</param>
/// <param name="Tell">The sentences that give the key away.</param>
/// <param name="Sentences">The endless sentences around them, by seed.</param>
public sealed record PassKeyStyle(
    string Name, string? Prefix, string Question, bool Framed, string Cue, Func<string, string> Tell, Func<int, Func<string>> Sentences)
{
    // One block, as it is published: it is repeated whole, and the key stands between two of them.
    private const string Grass = "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";

    /// <summary>A village chronicle, which homer-mini was trained on and which never repeats itself.</summary>
    public static PassKeyStyle Chronicle { get; } = new(
        "chronicle", null, "What is the pass key?", true, "The pass key is #", key => $"The pass key is #{key}. Remember it: #{key} is the pass key.",
        seed => new VillageChronicle(seed).Sentence);

    /// <summary>The usual test of long contexts, for models of the real world (Mohtashami and Jaggi 2023, arXiv 2305.16300).</summary>
    public static PassKeyStyle GreenGrass { get; } = new(
        "grass",
        "There is an important info hidden inside a lot of irrelevant text. Find it and memorize it. I will quiz you about the important information there.",
        "What is the pass key?", false, "The pass key is ", key => $"The pass key is {key}. Remember it. {key} is the pass key.",
        _ => () => Grass);

    /// <summary>Every style.</summary>
    public static IReadOnlyList<PassKeyStyle> All { get; } = [Chronicle, GreenGrass];

    /// <summary>A pass key of five digits.</summary>
    internal static string DrawKey(Random random) => new(random.GetItems("0123456789".AsSpan(), 5));

    /// <summary>Finds a style by name.</summary>
    /// <exception cref="HomerException">There is none of that name.</exception>
    public static PassKeyStyle Find(string name) =>
        All.FirstOrDefault(style => style.Name == name)
        ?? throw new HomerException($"'{name}' is not a style; use {string.Join(" or ", All.Select(style => style.Name))}.");
}
