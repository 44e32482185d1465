namespace Homer.Engine.Generation;

/// <summary>
/// Drops the space at the beginning of a streamed answer, which sets the answer off from its question and belongs to neither.
/// </summary>
public sealed class AnswerText
{
    private bool begun;

    /// <summary>Returns the next piece of text without leading white space, as long as nothing but white space has come.</summary>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        string shown = begun ? piece : piece.TrimStart();
        begun |= shown.Length > 0;
        return shown;
    }
}
