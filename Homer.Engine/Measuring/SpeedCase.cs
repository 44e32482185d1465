namespace Homer.Engine.Measuring;

/// <summary>One thing to measure: reading a prompt, or writing after a context of some length.</summary>
/// <param name="Method">How a long context is handled; one of <see cref="Methods"/>.</param>
/// <param name="Prompt">Tokens to read; 0 where writing is measured.</param>
/// <param name="Generated">Tokens to write; 0 where reading is measured.</param>
/// <param name="Depth">Tokens that were read, by the method, before writing begins.</param>
public sealed record SpeedCase(string Method, int Prompt, int Generated, int Depth)
{
    /// <summary>HOMER over a document whose leaves are kept: what a further question costs.</summary>
    public const string HomerAgain = "homer-again";

    /// <summary>The methods whose work is known beforehand, and that can therefore be compared with a ceiling.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["plain", "homer", HomerAgain];

    /// <summary>Tokens that are read or written in one repetition.</summary>
    public int Tokens => Prompt + Generated;

    /// <summary>The name in llama-bench's style: <c>pp512</c>, <c>tg128</c>, <c>tg128 @ d4096</c>.</summary>
    public string Name => Prompt > 0 ? $"pp{Prompt}" : Depth > 0 ? $"tg{Generated} @ d{Depth}" : $"tg{Generated}";

    /// <summary>Every combination that makes sense: an empty context is the same whatever the method.</summary>
    /// <param name="methods">Methods.</param>
    /// <param name="prompts">Lengths of prompts; 0 is skipped.</param>
    /// <param name="generated">Lengths to write; 0 is skipped.</param>
    /// <param name="depths">Lengths of contexts to write after.</param>
    public static IReadOnlyList<SpeedCase> Matrix(
        IReadOnlyList<string> methods, IReadOnlyList<int> prompts, IReadOnlyList<int> generated, IReadOnlyList<int> depths) =>
        [
            .. from method in methods from prompt in prompts where prompt > 0 select new SpeedCase(method, prompt, 0, 0),
            .. from method in methods
               from depth in depths
               from count in generated
               where count > 0 && (depth > 0 || method == methods[0])
               select new SpeedCase(method, 0, count, depth),
        ];
}
