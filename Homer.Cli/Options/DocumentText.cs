using System.Text;

namespace Homer.Cli.Options;

/// <summary>The text of a document, which is read once and of which the beginning is kept.</summary>
/// <param name="text">The text.</param>
internal sealed class DocumentText(TextReader text) : TextReader
{
    // Enough to tell one kind of text from another.
    private const int KeptLength = 4000;

    private readonly StringBuilder head = new();
    private readonly StringBuilder all = new();

    /// <summary>The beginning of what was read.</summary>
    public string Head => head.ToString();

    /// <summary>Whether all of the text is kept, from which passages are quoted.</summary>
    public bool KeepsAll { get; set; }

    /// <summary>All that was read; null where it is not kept.</summary>
    public string? All => KeepsAll ? all.ToString() : null;

    /// <inheritdoc/>
    public override int Peek() => text.Peek();

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
        int count = text.Read(buffer);
        head.Append(buffer[..Math.Min(count, KeptLength - head.Length)]);
        if (KeepsAll)
            all.Append(buffer[..count]);
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text.Dispose();
        base.Dispose(disposing);
    }
}
