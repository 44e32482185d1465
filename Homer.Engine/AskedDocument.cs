namespace Homer.Engine;

/// <summary>A document that was asked about, with what further questions about it use again.</summary>
/// <param name="Text">The document.</param>
/// <param name="Conversation">A conversation that holds its tokens and leaves, and that no question has joined.</param>
internal sealed record AskedDocument(string Text, Conversation Conversation) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Conversation.Dispose();
}
