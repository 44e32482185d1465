using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Commands;

/// <summary>Says what a model knows when it is asked about anything else.</summary>
internal static class Knowledge
{
    // Enough to tell one kind of text from another.
    private const int Looked = 4000;

    /// <summary>Writes the model's own words to stderr if a text is not of the kind that it knows.</summary>
    public static void NoteUnlessKnown(PromptTemplate template, ITokenizer tokenizer, params ReadOnlySpan<string> texts)
    {
        if (template.Knows is not { } knows)
            return;
        foreach (string text in texts)
        {
            if (!IsKnown(template, tokenizer, text))
            {
                Terminal.Note(knows);
                return;
            }
        }
    }

    /// <summary>Returns whether a text consists of tokens as long as those of texts that the model knows.</summary>
    public static bool IsKnown(PromptTemplate template, ITokenizer tokenizer, string text)
    {
        string looked = text.Length > Looked ? text[..Looked] : text;
        return string.IsNullOrWhiteSpace(looked) || looked.Length >= template.Letters * tokenizer.Encode(looked).Length;
    }
}
