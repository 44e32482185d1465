using Homer.Engine.Tokenizers.PreTokenizers;

namespace Homer.Engine.Tokenizers.Bpe;

/// <summary>Encodes the words of a text, many of them on several threads.</summary>
/// <param name="model">The model.</param>
/// <param name="cancellation">Stops the work soon.</param>
internal sealed class WordEncoder(BpeModel model, CancellationToken cancellation)
{
    // Fewer words are not worth a thread.
    private const int WordsAtOnce = 1 << 14;

    // From this length on, what no pre-tokenizer cuts is shared out among threads too.
    private const int LongText = 1 << 17;

    private readonly BpeModel.Encoder encoder = model.CreateEncoder(cancellation);

    /// <summary>Appends the tokens of the words.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    internal void Append(Pieces pieces, List<int> ids)
    {
        List<(int Begin, int Length)> items = pieces.Text.Length < LongText ? pieces.Items : model.Cut(pieces.Text, pieces.Items);
        if (items.Count < 2 * WordsAtOnce)
        {
            foreach ((int Begin, int Length) item in items)
                encoder.Encode(pieces[item], ids);
            return;
        }

        var parts = new List<int>[(items.Count + WordsAtOnce - 1) / WordsAtOnce];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, parts.Length, options, () => model.CreateEncoder(cancellation), (part, _, own) =>
        {
            List<int> found = parts[part] = [];
            for (int i = part * WordsAtOnce; i < Math.Min((part + 1) * WordsAtOnce, items.Count); i++)
                own.Encode(pieces[items[i]], found);
            return own;
        }, _ => { });
        foreach (List<int> part in parts)
            ids.AddRange(part);
    }
}
