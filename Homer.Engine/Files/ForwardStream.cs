namespace Homer.Engine.Files;

/// <summary>Forwards to a device or a pipe.</summary>
/// <param name="inner">The stream that receives the bytes; owned.</param>
internal sealed class ForwardStream(Stream inner) : WriteOnlyStream
{
    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    private protected override void WriteAll(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
