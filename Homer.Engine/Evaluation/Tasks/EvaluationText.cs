using Homer.Engine.Checks;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Randomness;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>A text of which perplexity is measured.</summary>
/// <param name="Name">The name under which its results are kept.</param>
/// <param name="Tokens">Its tokens; the first is the begin-of-sequence token.</param>
public sealed record EvaluationText(string Name, ReadOnlyMemory<int> Tokens)
{
    /// <summary><inheritdoc cref="EvaluationText" path="/param[@name='Name']/node()"/></summary>
    public string Name { get; init => field = NotNull.Of(value); } = NotNull.Of(Name);

    /// <summary>Encodes a given text.</summary>
    public static EvaluationText Of(ITokenizer tokenizer, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        return new(name, tokenizer.Encode(text, beginOfSequence: true));
    }

    /// <summary>Encodes a given text, which is read to its end.</summary>
    public static EvaluationText Of(ITokenizer tokenizer, string name, TextReader text)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(text);
        return new(name, (int[])[.. tokenizer.Encode("", beginOfSequence: true), .. tokenizer.Encode(text, default)]);
    }

    /// <summary>Generates a village chronicle.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="seed">The seed, which determines every word.</param>
    /// <param name="length">The least number of tokens.</param>
    /// <param name="cast">The number of people; null draws four to eight.</param>
    public static EvaluationText Chronicle(ITokenizer tokenizer, int seed, int length, int? cast = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var chronicle = new VillageChronicle(DerivedSeed.Mix(seed), cast);
        return new(
            cast is null ? $"chronicle {seed}" : $"chronicle {seed} of {cast} people",
            GeneratedText.Compose(tokenizer, chronicle.Sentence, length, [], beginOfSequence: true));
    }
}
