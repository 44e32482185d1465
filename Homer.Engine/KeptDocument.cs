namespace Homer.Engine;

/// <summary>
/// The place of the document that was asked about last. Who asks takes it away meanwhile, so that no two threads use it. Thread safe.
/// </summary>
internal sealed class KeptDocument
{
    private readonly Lock gate = new();
    private AskedDocument? document;
    private bool closed;

    /// <summary>Takes the document away if it is the given one, and otherwise frees it: another one is asked about.</summary>
    /// <returns>The document, or null.</returns>
    public AskedDocument? Take(string text)
    {
        lock (gate)
        {
            AskedDocument? taken = document;
            document = null;
            if (taken?.Text == text)
                return taken;
            taken?.Dispose();
            return null;
        }
    }

    /// <summary>Puts a document in, in place of another; frees it once the place is closed.</summary>
    public void Put(AskedDocument asked)
    {
        lock (gate)
        {
            (closed ? asked : document)?.Dispose();
            document = closed ? null : asked;
        }
    }

    /// <summary>Frees the document.</summary>
    public void Clear()
    {
        lock (gate)
        {
            document?.Dispose();
            document = null;
        }
    }

    /// <summary>Frees the document, and what will be put in.</summary>
    public void Close()
    {
        lock (gate)
            closed = true;
        Clear();
    }
}
