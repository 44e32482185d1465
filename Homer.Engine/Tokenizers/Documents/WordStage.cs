using Homer.Engine.Tokenizers.Bpe;
using Homer.Engine.Tokenizers.PreTokenizers;

namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Cuts sections into words and encodes them.</summary>
internal sealed class WordStage : PendingStage
{
    private readonly BpeModel model;
    private readonly WordEncoder encoder;
    private readonly IdList ids;
    private readonly CancellationToken cancellation;

    // What rewrites the text before it is cut, what cuts it first, and what comes then.
    private readonly List<IPreTokenizer> before = [];
    private readonly ICutter? cutter;
    private readonly List<IPreTokenizer> after = [];

    private bool isAtStart;

    /// <summary>Creates the stage.</summary>
    /// <param name="model">The model of byte pairs.</param>
    /// <param name="preTokenizer">What cuts words; null where nothing does.</param>
    /// <param name="ids">Receives the tokens.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    internal WordStage(BpeModel model, IPreTokenizer? preTokenizer, IdList ids, CancellationToken cancellation)
    {
        (this.model, this.ids, this.cancellation) = (model, ids, cancellation);
        encoder = new(model, cancellation);
        foreach (IPreTokenizer step in preTokenizer?.Steps ?? [])
        {
            if (cutter is not null)
                after.Add(step);
            else if (step is ICutter first)
                cutter = first;
            else
                before.Add(step);
        }
    }

    /// <inheritdoc/>
    protected override string Prepare(string text, bool isAtStart)
    {
        if (!HasBegun)
            this.isAtStart = isAtStart;
        Pieces pieces = Pieces.Of(text, isAtStart) with { Continues = HasBegun, Cancellation = cancellation };
        return before.Aggregate(pieces, (current, step) => step.Split(current)).Text;
    }

    /// <inheritdoc/>
    protected override int Encode(string text, bool isEnd)
    {
        cancellation.ThrowIfCancellationRequested();
        Pieces pieces = Pieces.Of(text, isAtStart) with { Cancellation = cancellation };
        int settled = text.Length;
        if (cutter is not null)
            pieces = cutter.Split(pieces, out settled);
        else if (!isEnd)
            settled = model.Settled(text);
        if (isEnd)
            settled = text.Length;
        else if (settled == 0)
            return 0;
        else if (cutter is null)
            pieces = pieces with { Items = [(0, settled)] };
        else
            pieces = pieces with { Items = pieces.Items[..(pieces.Items.FindLastIndex(item => item.Begin < settled) + 1)] };
        List<int> found = [];
        encoder.Append(after.Aggregate(pieces, (current, step) => step.Split(current)), found);
        ids.AddRange(found);
        isAtStart = false;
        return settled;
    }
}
