namespace Homer.Cli.Options;

/// <summary>Texts one after the other, as one; each is read once.</summary>
/// <param name="texts">The texts.</param>
internal sealed class JoinedText(IReadOnlyList<TextReader> texts) : TextReader
{
    private int current;

    /// <inheritdoc/>
    public override int Peek()
    {
        for (; current < texts.Count; current++)
        {
            if (texts[current].Peek() is >= 0 and int next)
                return next;
        }

        return -1;
    }

    /// <inheritdoc/>
    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        for (; current < texts.Count; current++)
        {
            if (texts[current].Read(buffer) is > 0 and int count)
                return count;
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (TextReader text in texts)
                text.Dispose();
        }

        base.Dispose(disposing);
    }
}
