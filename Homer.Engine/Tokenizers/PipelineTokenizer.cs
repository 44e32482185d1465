using Homer.Engine.Tokenizers.Added;
using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.Decoders;
using Homer.Engine.Tokenizers.PreTokenizers;
using Homer.Engine.Tokenizers.Unicode;

namespace Homer.Engine.Tokenizers;

/// <summary>
/// A tokenizer of steps, as tokenizer.json describes them: the text is cut at added tokens and normalized, words are cut and encoded as
/// byte pairs, and marks are put around; decoding takes the names of tokens through steps of its own.
/// </summary>
internal sealed class PipelineTokenizer : ITokenizer
{
    // Fewer words are not worth a thread.
    private const int WordsAtOnce = 1 << 14;

    // From this length on, what no pre-tokenizer cuts is shared out among threads too.
    private const int LongText = 1 << 17;

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
        BpeModel.Encoder encoder = model.CreateEncoder(cancellation);
        foreach (AddedVocabulary.Section section in added.Cut(CodePoints.Whole(text), new(options)))
        {
            if (section.Id is { } id)
            {
                ids.Add(id);
                continue;
            }

            Pieces pieces = Pieces.Of(section.Text, section.IsAtStart) with { Cancellation = cancellation };
            Append(preTokenizer?.Split(pieces) ?? pieces, encoder, ids);
        }
    }

    private void Append(Pieces pieces, BpeModel.Encoder encoder, List<int> ids)
    {
        List<(int Begin, int Length)> items = pieces.Text.Length < LongText ? pieces.Items : model.Cut(pieces.Text, pieces.Items);
        if (items.Count < 2 * WordsAtOnce)
        {
            foreach ((int Begin, int Length) item in items)
                encoder.Encode(pieces[item], ids);
            return;
        }

        var parts = new List<int>[(items.Count + WordsAtOnce - 1) / WordsAtOnce];
        var options = new ParallelOptions { CancellationToken = pieces.Cancellation };
        Parallel.For(0, parts.Length, options, () => model.CreateEncoder(pieces.Cancellation), (part, _, own) =>
        {
            List<int> found = parts[part] = [];
            for (int i = part * WordsAtOnce; i < Math.Min((part + 1) * WordsAtOnce, items.Count); i++)
                own.Encode(pieces[items[i]], found);
            return own;
        }, _ => { });
        foreach (List<int> part in parts)
            ids.AddRange(part);
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
