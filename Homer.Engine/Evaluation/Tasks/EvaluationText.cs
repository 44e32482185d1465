using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>A text to be predicted.</summary>
/// <param name="Name">The name under which its results are kept.</param>
/// <param name="Tokens">Its tokens; the first is the one that begins a sequence.</param>
public sealed record EvaluationText(string Name, ReadOnlyMemory<int> Tokens)
{
    /// <summary>A text from elsewhere.</summary>
    public static EvaluationText Of(ITokenizer tokenizer, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new(name, tokenizer.Encode(text, beginOfSequence: true));
    }

    /// <summary>A generated chronicle of at least so many tokens, about so many people.</summary>
    public static EvaluationText Chronicle(ITokenizer tokenizer, int seed, int length, int? cast = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var chronicle = new VillageChronicle(DocumentSeed.Mix(seed), cast);
        return new(cast is null ? $"chronicle {seed}" : $"chronicle {seed} of {cast} people", GeneratedText.Compose(tokenizer, chronicle.Sentence, length, [], beginOfSequence: true));
    }
}
