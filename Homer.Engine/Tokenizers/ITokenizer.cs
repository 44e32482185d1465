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

    /// <summary>Sentences that users should know about this tokenizer.</summary>
    IReadOnlyList<string> Notes => [];

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

    /// <summary>Encodes a text as ids; a lone surrogate counts as U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What becomes of special tokens.</param>
    int[] Encode(string text, EncodeOptions options);

    /// <summary>
    /// Encodes a text as ids, the same as <see cref="Encode(string, EncodeOptions)"/> of the whole, and may hold no more of the text in
    /// memory than it must at a time.
    /// </summary>
    /// <param name="text">The text, which is read to its end.</param>
    /// <param name="options">What becomes of special tokens; <see cref="EncodeOptions.Data"/> counts from the start of the text.</param>
    int[] Encode(TextReader text, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text.ReadToEnd(), options);
    }

    /// <summary>Decodes a whole sequence of ids; ids that stand for no text are passed over, and so are special tokens.</summary>
    /// <param name="ids">The ids.</param>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>Decodes a whole sequence of ids; ids that no token has are passed over.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecial">True to pass over special tokens, false to write their names.</param>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecial);

    /// <summary>Returns the name of a token in the vocabulary, in which spaces and bytes may be written as other characters.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The name; null for an id that no token has.</returns>
    string? TokenText(int id);

    /// <summary>The ids of the tokens that are found in a text before it is cut into words, special ones and others.</summary>
    IReadOnlyCollection<int> AddedIds => [];

    /// <summary>Returns whether an id is a mark rather than text.</summary>
    /// <param name="id">The id.</param>
    bool IsSpecial(int id);

    /// <summary>Creates a decoder that takes one id at a time.</summary>
    /// <param name="continues">
    /// True if the ids continue a text. At the beginning of a text, the decoder drops the space that encoding put in front of it.
    /// </param>
    StreamingDecoder CreateDecoder(bool continues = false);
}
