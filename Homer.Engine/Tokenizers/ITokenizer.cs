namespace Homer.Engine.Tokenizers;

/// <summary>Turns text into a model's token ids and back; safe to share between threads.</summary>
public interface ITokenizer
{
    /// <summary>How many ids the vocabulary has; ids run from 0 to one less.</summary>
    int VocabularySize { get; }

    /// <summary>The id that every sequence begins with, or null for a model whose sequences begin without one.</summary>
    int? BeginOfSequence { get; }

    /// <summary>The id with which the model ends its answer, or null for a model that has none.</summary>
    int? EndOfSequence { get; }

    /// <summary>
    /// The ids of a text. All of it is plain text: what looks like a control token in it is spelled out, and a lone surrogate counts as
    /// U+FFFD.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="beginOfSequence">Whether to put <see cref="BeginOfSequence"/>, where there is one, in front.</param>
    int[] Encode(string text, bool beginOfSequence = false);

    /// <summary>The text of a whole sequence of ids; ids that stand for no text are passed over.</summary>
    /// <param name="ids">The ids.</param>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>A decoder to be fed one id at a time.</summary>
    /// <param name="continues">
    /// Whether the ids continue a text rather than begin one; a beginning loses the space that encoding put in front of it.
    /// </param>
    StreamingDecoder CreateDecoder(bool continues = false);
}
