using Homer.Engine.Checks;

namespace Homer.Engine.Measuring;

/// <summary>A measurement of speed: prefill of a prompt, or decode after a context of some length.</summary>
/// <param name="Method">The method that handles long contexts; one of <see cref="Methods"/>.</param>
/// <param name="Prompt">The number of tokens to prefill; 0 if decode is measured.</param>
/// <param name="Generated">The number of tokens to decode; 0 if prefill is measured.</param>
/// <param name="Depth">The number of tokens that the method has read before decode begins.</param>
public sealed record SpeedCase(string Method, int Prompt, int Generated, int Depth)
{
    /// <summary><inheritdoc cref="SpeedCase" path="/param[@name='Method']/node()"/></summary>
    public string Method { get; init => field = NotNull.Of(value); } = NotNull.Of(Method);

    /// <summary>HOMER over a document whose leaves are kept, which is the cost of a further question.</summary>
    public const string HomerAgain = "homer-again";

    /// <summary>The methods whose work is known in advance, so that their speed can be compared with a ceiling.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["plain", "homer", HomerAgain];

    /// <summary>The number of tokens of one repetition.</summary>
    public int Tokens => Prompt + Generated;

    /// <summary>The name in the style of llama-bench: <c>pp512</c>, <c>tg128</c>, <c>tg128 @ d4096</c>.</summary>
    public string Name => Prompt > 0 ? $"pp{Prompt}" : Depth > 0 ? $"tg{Generated} @ d{Depth}" : $"tg{Generated}";

    /// <summary>Returns every combination; decode after an empty context only once, because it does not depend on the method.</summary>
    /// <param name="methods">The methods.</param>
    /// <param name="prompts">The lengths of prompts; 0 is skipped.</param>
    /// <param name="generated">The numbers of tokens to decode; 0 is skipped.</param>
    /// <param name="depths">The numbers of tokens read before decode.</param>
    public static IReadOnlyList<SpeedCase> Matrix(
        IReadOnlyList<string> methods, IReadOnlyList<int> prompts, IReadOnlyList<int> generated, IReadOnlyList<int> depths)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(generated);
        ArgumentNullException.ThrowIfNull(depths);
        return [
            .. from method in methods from prompt in prompts where prompt > 0 select new SpeedCase(method, prompt, 0, 0),
            .. from method in methods
               from depth in depths
               from count in generated
               where count > 0 && (depth > 0 || method == methods[0])
               select new SpeedCase(method, 0, count, depth),
        ];
    }
}
