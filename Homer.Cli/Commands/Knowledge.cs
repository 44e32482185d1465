using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>Says what a model knows when it is asked about anything else.</summary>
internal static class Knowledge
{
    // Enough to tell one kind of text from another.
    private const int Looked = 4000;
    private const int FewestTokens = 4;

    /// <summary>Writes the model's own words to stderr if a text is not of the kind that it knows.</summary>
    /// <param name="template">The model's template, which has these words.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>True if the words were written.</returns>
    public static bool NoteUnlessKnown(PromptTemplate template, ITokenizer tokenizer, params ReadOnlySpan<string> texts)
    {
        if (template.Knows is not { } knows)
            return false;
        foreach (string text in texts)
        {
            if (!IsKnown(template, tokenizer, text))
            {
                Terminal.Note(knows);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Returns whether a text consists of tokens as long as those of texts that the model knows, or is too short to tell. Digits are left
    /// out, since each is a token of its own, whatever the text.
    /// </summary>
    public static bool IsKnown(PromptTemplate template, ITokenizer tokenizer, string text)
    {
        string looked = string.Concat(text.Take(Looked).Where(c => !char.IsDigit(c)));
        int tokens = tokenizer.Encode(looked).Length;
        return tokens < FewestTokens || looked.Length >= template.Letters * tokens;
    }
}
