namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Gathers the text of a section until some of it can be encoded.</summary>
internal abstract class PendingStage : ISectionStage
{
    private string pending = "";
    private int wanted;

    /// <summary>Whether the section has begun.</summary>
    protected bool HasBegun { get; private set; }

    /// <inheritdoc/>
    public void Take(string text, bool isAtStart)
    {
        if (text.Length == 0)
            return;
        string prepared = Prepare(text, isAtStart);
        HasBegun = true;
        pending = pending.Length == 0 ? prepared : pending + prepared;
        if (pending.Length < wanted)
            return;
        int settled = Encode(pending, isEnd: false);
        wanted = settled == 0 ? 2 * pending.Length : 0;
        pending = pending[settled..];
    }

    /// <inheritdoc/>
    public void End()
    {
        if (pending.Length > 0)
            Encode(pending, isEnd: true);
        (pending, wanted, HasBegun) = ("", 0, false);
    }

    /// <summary>Returns a piece as it is encoded.</summary>
    /// <param name="text">The piece, which is not empty.</param>
    /// <param name="isAtStart">Whether the section is the beginning of the whole text.</param>
    protected abstract string Prepare(string text, bool isAtStart);

    /// <summary>Encodes as much of a text as can be, and returns how much that is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isEnd">Whether the section ends with it.</param>
    protected abstract int Encode(string text, bool isEnd);
}
