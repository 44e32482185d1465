namespace Homer.Engine.Generation;

/// <summary>
/// Ends a streamed text before the first stop text in it, and holds back text that may be the beginning of a stop text.
/// </summary>
/// <param name="stops">The stop texts; empty ones are ignored.</param>
public sealed class StopText(IReadOnlyList<string> stops)
{
    private readonly string[] stops = [.. stops.Where(stop => stop.Length > 0)];
    private string held = "";

    /// <summary>Whether a stop text has come.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Adds a piece of text and returns the text that certainly belongs to the answer.</summary>
    public string Append(string piece)
    {
        if (Stopped)
            return "";
        if (stops.Length == 0)
            return piece;
        held += piece;
        int end = stops.Select(stop => held.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        Stopped = end >= 0;
        if (!Stopped)
            end = held.Length - stops.Select(LongestBeginningAtTheEnd).DefaultIfEmpty(0).Max();
        string certain = held[..end];
        held = held[end..];
        return certain;
    }

    /// <summary>Returns the text that was held back, once no more text comes.</summary>
    public string Flush()
    {
        string rest = Stopped ? "" : held;
        held = "";
        return rest;
    }

    private int LongestBeginningAtTheEnd(string stop)
    {
        for (int length = Math.Min(stop.Length - 1, held.Length); length > 0; length--)
        {
            if (held.AsSpan(held.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                return length;
        }

        return 0;
    }
}
