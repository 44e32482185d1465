using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Generated documents in tokens.</summary>
internal static class GeneratedText
{
    /// <summary>Composes a document of at least so many tokens, by less than a sentence more, and encodes it.</summary>
    /// <inheritdoc cref="DocumentComposer.Compose"/>
    public static int[] Compose(ITokenizer tokenizer, Func<string> sentence, int length, IReadOnlyList<(double Depth, string Sentence)> facts, bool beginOfSequence = false) =>
        // A sentence takes as many tokens alone as in its place: pieces do not reach across the space before it.
        tokenizer.Encode(DocumentComposer.Compose(sentence, text => tokenizer.Encode(text).Length, length, facts), beginOfSequence);
}
