using Homer.Engine.Tokenizers;

namespace Homer.Engine.Calibration;

/// <summary>The segments of text that a calibration table is measured on.</summary>
public static class CalibrationSegments
{
    /// <summary>Cuts segments that are spread evenly over a text; each begins a sequence, as a chunk does.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="text">Ordinary text, unrelated to later documents.</param>
    /// <param name="segments">The number of segments.</param>
    /// <param name="length">The length of each in tokens.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The text is shorter than a segment.</exception>
    public static IReadOnlyList<int[]> Cut(
        ITokenizer tokenizer, string text, int segments, int length, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var reader = new StringReader(text);
        return Cut(tokenizer, reader, segments, length, cancellation);
    }

    /// <summary>Cuts segments that are spread evenly over a text; each begins a sequence, as a chunk does.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="text">Ordinary text, unrelated to later documents; it is read to its end.</param>
    /// <param name="segments">The number of segments.</param>
    /// <param name="length">The length of each in tokens.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The text is shorter than a segment.</exception>
    public static IReadOnlyList<int[]> Cut(
        ITokenizer tokenizer, TextReader text, int segments, int length, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int[] tokens = tokenizer.Encode(text, new EncodeOptions { Cancellation = cancellation });
        int[] begin = tokenizer.BeginOfSequence is { } id ? [id] : [];
        int taken = length - begin.Length, last = tokens.Length - taken;
        if (taken < 1 || last < 0)
        {
            throw new HomerException(
                $"The text has {tokens.Length} tokens, fewer than a segment of {length}; give a longer text or a smaller --length.");
        }

        return [.. Enumerable.Range(0, segments).Select(s => (int[])[.. begin, .. tokens.AsSpan(StartOf(s), taken)])];

        int StartOf(int segment) => (int)((long)last * segment / Math.Max(1, segments - 1));
    }
}
