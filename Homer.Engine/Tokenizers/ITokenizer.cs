namespace Homer.Engine.Tokenizers;

/// <summary>Turns text into a model's token ids and back; safe to share between threads.</summary>
public interface ITokenizer
{
    /// <summary>The number of ids; they run from 0 to one less.</summary>
    int VocabularySize { get; }

    /// <summary>The id that every sequence begins with, or null for a model whose sequences begin without one.</summary>
    int? BeginOfSequence { get; }

    /// <summary>The id with which the model ends its answer, or null for a model that has none.</summary>
    int? EndOfSequence { get; }

    /// <summary>
    /// Encodes a text as ids. All of it is plain text: the name of a control token is spelled out like any other text, and a lone surrogate
    /// counts as U+FFFD.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="beginOfSequence">True to put <see cref="BeginOfSequence"/>, where there is one, in front.</param>
    int[] Encode(string text, bool beginOfSequence = false);

    /// <summary>Encodes a text as ids, as <see cref="Encode(string, bool)"/> does, and can be stopped.</summary>
    /// <param name="text">The text.</param>
    /// <param name="beginOfSequence">True to put <see cref="BeginOfSequence"/>, where there is one, in front.</param>
    /// <param name="cancellation">Stops the work soon; a tokenizer without this method looks at it before it begins.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    int[] Encode(string text, bool beginOfSequence, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Encode(text, beginOfSequence);
    }

    /// <summary>Decodes a whole sequence of ids; ids that stand for no text are passed over.</summary>
    /// <param name="ids">The ids.</param>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>Creates a decoder that takes one id at a time.</summary>
    /// <param name="continues">
    /// True if the ids continue a text. At the beginning of a text, the decoder drops the space that encoding put in front of it.
    /// </param>
    StreamingDecoder CreateDecoder(bool continues = false);
}
