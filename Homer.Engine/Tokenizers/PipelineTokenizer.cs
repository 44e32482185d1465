using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.Documents;
using Homer.Engine.Tokenizers.PreTokenizers;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// A tokenizer of steps, as tokenizer.json describes them: the text is cut at added tokens and normalized, words are cut and encoded as
/// byte pairs, and marks are put around; decoding takes the names of tokens through steps of its own.
/// </summary>
internal sealed class PipelineTokenizer : ITokenizer
{
    private readonly BpeModel model;
    private readonly AddedVocabulary added;
    private readonly IPreTokenizer? preTokenizer;
    private readonly IDecoder decoder;
    private readonly SequenceEnds ends;

    internal PipelineTokenizer(
        BpeModel model, AddedVocabulary added, IPreTokenizer? preTokenizer, IDecoder decoder, SequenceEnds ends)
    {
        (this.model, this.added, this.preTokenizer, this.decoder, this.ends) = (model, added, preTokenizer, decoder, ends);
        VocabularySize = Math.Max(model.Vocabulary.Size, added.ById.Keys.Append(-1).Max() + 1);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int? BeginOfSequence => ends.Before.Count > 0 ? ends.Before[0] : null;

    /// <inheritdoc/>
    public int? EndOfSequence { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc/>
    public int[] Encode(string text, bool beginOfSequence = false) => Encode(text, beginOfSequence, CancellationToken.None);

    /// <inheritdoc/>
    public int[] Encode(string text, bool beginOfSequence, CancellationToken cancellation)
    {
        List<int> ids = beginOfSequence ? [.. ends.Before] : [];
        Append(text, new() { Cancellation = cancellation }, ids);
        return [.. ids];
    }

    /// <inheritdoc/>
    public int[] Encode(string text, EncodeOptions options)
    {
        List<int> ids = options.AddSpecial ? [.. ends.Before] : [];
        Append(text, options, ids);
        if (options.AddSpecial)
            ids.AddRange(ends.After);
        return [.. ids];
    }

    /// <inheritdoc/>
    public int[] Encode(TextReader text, EncodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Places of data are those of a whole text.
        if (options.Data is not null)
            return Encode(text.ReadToEnd(), options);
        var ids = new IdList();
        var document = new DocumentEncoder(added, new WordStage(model, preTokenizer, ids, options.Cancellation), ids, options);
        ids.AddRange(options.AddSpecial ? ends.Before : []);
        document.Read(text);
        ids.AddRange(options.AddSpecial ? ends.After : []);
        return ids.ToArray();
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids) => Decode(ids, skipSpecial: true);

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial)
    {
        var stream = new Stream(this, continues: false, skipSpecial);
        foreach (int id in ids)
            stream.Take(id);
        return stream.Flush();
    }

    /// <inheritdoc/>
    public StreamingDecoder CreateDecoder(bool continues = false) => new(new Stream(this, continues, skipsSpecial: true));

    /// <inheritdoc/>
    public string? TokenText(int id) => added.ById.TryGetValue(id, out AddedToken? token) ? token.Text : model.Vocabulary.TextOf(id);

    /// <inheritdoc/>
    public IReadOnlyCollection<int> AddedIds => [.. added.ById.Keys];

    /// <inheritdoc/>
    public bool IsSpecial(int id) => added.ById.TryGetValue(id, out AddedToken? token) && token.IsSpecial;

    private void Append(string text, EncodeOptions options, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(text);
        CancellationToken cancellation = options.Cancellation;
        cancellation.ThrowIfCancellationRequested();
        var encoder = new WordEncoder(model, cancellation);
        foreach (AddedVocabulary.Section section in added.Cut(CodePoints.Whole(text), new(options)))
        {
            if (section.Id is { } id)
            {
                ids.Add(id);
                continue;
            }

            Pieces pieces = Pieces.Of(section.Text, section.IsAtStart) with { Cancellation = cancellation };
            encoder.Append(preTokenizer?.Split(pieces) ?? pieces, ids);
        }
    }

    private sealed class Stream : TextStream
    {
        private readonly PipelineTokenizer tokenizer;
        private readonly bool skipsSpecial;
        private readonly DecodedText text = new();
        private readonly DecodingStep first;

        internal Stream(PipelineTokenizer tokenizer, bool continues, bool skipsSpecial)
        {
            (this.tokenizer, this.skipsSpecial) = (tokenizer, skipsSpecial);
            first = tokenizer.decoder.Open(new(continues, IsFused: false), text);
        }

        internal void Take(int id)
        {
            if ((!skipsSpecial || !tokenizer.IsSpecial(id)) && tokenizer.TokenText(id) is { } token)
                first.Take(token);
        }

        internal override string Append(int id)
        {
            Take(id);
            return text.Drain();
        }

        internal override string Flush()
        {
            first.End();
            return text.Drain();
        }
    }
}
