using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>Generates documents whose length is given in tokens.</summary>
internal static class GeneratedText
{
    /// <summary>
    /// Composes a document that has at least the given number of tokens, exceeds it by less than one sentence, and encodes it.
    /// </summary>
    /// <inheritdoc cref="DocumentComposer.Compose"/>
    public static int[] Compose(
        ITokenizer tokenizer,
        Func<string> sentence,
        int length,
        IReadOnlyList<(double Depth, string Sentence)> facts,
        bool beginOfSequence = false)
    {
        // A sentence has the same number of tokens alone and in its place, because no piece reaches across the space before it.
        string text = DocumentComposer.Compose(sentence, text => tokenizer.Encode(text).Length, length, facts);
        return tokenizer.Encode(text, beginOfSequence);
    }
}
