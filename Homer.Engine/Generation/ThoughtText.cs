using System.Text;

namespace Homer.Engine.Generation;

/// <summary>Tells a streamed thought from the answer after it, by the marks around the thought.</summary>
internal sealed class ThoughtText(Thinking thinking)
{
    private readonly StringBuilder thought = new();
    private string held = "";
    private bool isDecided = thinking.IsOpen;

    /// <summary>Whether the text is within the thought.</summary>
    public bool IsInside { get; private set; } = thinking.IsOpen;

    /// <summary>The thought so far.</summary>
    public string Thought => thought.ToString().Trim();

    /// <summary>Adds a piece of text and returns the part of it that certainly belongs to the answer.</summary>
    public string Append(string piece)
    {
        held += piece;
        if (!isDecided)
        {
            string text = held.TrimStart();
            if (text.StartsWith(thinking.Open, StringComparison.Ordinal))
            {
                IsInside = true;
                held = text[thinking.Open.Length..];
            }
            else if (thinking.Open.StartsWith(text, StringComparison.Ordinal))
            {
                // This may still become the mark.
                return "";
            }

            isDecided = true;
        }

        if (IsInside)
            TakeThought();
        return IsInside ? "" : Release(held.Length);
    }

    /// <summary>Returns the text that was held back, once no more text comes.</summary>
    public string Flush()
    {
        if (IsInside)
            Add(held.Length);
        return Release(held.Length);
    }

    private void TakeThought()
    {
        int end = held.IndexOf(thinking.Close, StringComparison.Ordinal);
        if (end >= 0)
        {
            Add(end);
            held = held[thinking.Close.Length..];
            IsInside = false;
            return;
        }

        int open = Math.Min(thinking.Close.Length - 1, held.Length);
        while (open > 0 && !held.AsSpan(held.Length - open).SequenceEqual(thinking.Close.AsSpan(0, open)))
            open--;
        Add(held.Length - open);
    }

    private void Add(int length)
    {
        string piece = Release(length);
        thought.Append(piece);
        if (piece.Length > 0)
            thinking.Show?.Invoke(piece);
    }

    private string Release(int length)
    {
        string piece = held[..length];
        held = held[length..];
        return piece;
    }
}
