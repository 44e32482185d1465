namespace Homer.Engine.Generation;

/// <summary>Drops the white space at the beginning of a streamed answer, which separates the answer from the question.</summary>
public sealed class AnswerText
{
    private bool begun;

    /// <summary>Returns the next piece of text, without leading white space where no other text has come before it.</summary>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        string shown = begun ? piece : piece.TrimStart();
        begun |= shown.Length > 0;
        return shown;
    }
}
