using Homer.Engine.Checks;

namespace Homer.Engine.Generation;

/// <summary>
/// Ends a streamed text before the first stop text in it, and holds back text that may be the beginning of a stop text.
/// </summary>
/// <param name="stops">The stop texts; empty ones are ignored.</param>
public sealed class StopText(IReadOnlyList<string> stops)
{
    private readonly string[] stops = [.. NotNull.Of(stops).Where(stop => stop.Length > 0)];
    private string held = "";

    /// <summary>Whether a stop text has come.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Adds a piece of text and returns the text that certainly belongs to the answer.</summary>
    public string Append(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        if (Stopped)
            return "";
        if (stops.Length == 0)
            return piece;
        held += piece;
        // Of two stop texts that overlap, the one that begins first ends the text, so that it does not matter where pieces end: what may
        // still become such a one is waited for.
        int found = FirstStop(), open = held.Length - stops.Max(LongestBeginningAtTheEnd);
        Stopped = found >= 0 && found <= open;
        int end = Stopped ? found : open;
        string certain = held[..end];
        held = held[end..];
        return certain;
    }

    /// <summary>Returns the text that was held back, up to a stop text in it, once no more text comes.</summary>
    public string Flush()
    {
        int found = Stopped ? 0 : FirstStop();
        string rest = found >= 0 ? held[..found] : held;
        Stopped |= found >= 0;
        held = "";
        return rest;
    }

    private int FirstStop() =>
        stops.Select(stop => held.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();

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
