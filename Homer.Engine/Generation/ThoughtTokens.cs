namespace Homer.Engine.Generation;

/// <summary>Counts the tokens of a thought and of the answer after it, and ends a thought that takes too long.</summary>
/// <param name="thinking">The settings; null for a model that does not think.</param>
/// <param name="mostInAnswer">The most tokens of the answer.</param>
internal sealed class ThoughtTokens(Thinking? thinking, int mostInAnswer)
{
    private readonly ThoughtText? text = thinking is null ? null : new(thinking);
    private int inThought;
    private int inAnswer;
    private bool isClosing;

    /// <summary>Whether the next token belongs to the thought.</summary>
    public bool IsInside => text?.IsInside == true;

    /// <summary>The thought so far.</summary>
    public string Text => text?.Thought ?? "";

    /// <summary>Whether the answer has as many tokens as it may.</summary>
    public bool IsAnswerFull => text is not null && inAnswer >= mostInAnswer;

    /// <summary>Returns the tokens that come instead of an end within the thought: an answer follows every thought.</summary>
    public IReadOnlyList<int> InsteadOfEnd() => Close();

    /// <summary>Returns a mark as text, which decoding may leave out; null for any other token.</summary>
    public string? Mark(int token) =>
        thinking is null ? null : token == thinking.OpenId ? thinking.Open : token == thinking.CloseId ? thinking.Close : null;

    /// <summary>Adds the text of a token and returns what belongs to the answer.</summary>
    public string Append(string piece)
    {
        if (text is null)
            return piece;
        bool wasInside = text.IsInside;
        string answer = text.Append(piece);
        if (wasInside || text.IsInside)
            inThought++;
        else
            inAnswer++;
        return answer;
    }

    /// <summary>Returns the text that was held back, once no more text comes.</summary>
    public string Flush() => text?.Flush() ?? "";

    /// <summary>Returns the tokens that end the thought, once it has as many as it may.</summary>
    public IReadOnlyList<int> Forced() => IsInside && inThought >= thinking!.Budget ? Close() : [];

    private IReadOnlyList<int> Close()
    {
        if (!IsInside || isClosing)
            return [];
        isClosing = true;
        return thinking!.CloseIds;
    }
}
