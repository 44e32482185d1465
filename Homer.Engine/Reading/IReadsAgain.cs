using Homer.Engine.Contexts;

namespace Homer.Engine.Reading;

/// <summary>
/// A method that can read a document again behind another suffix, with chunks that hold the same document tokens as before.
/// </summary>
public interface IReadsAgain : IPlansReadings
{
    /// <summary>Whether the length of chunks was given, so that it is not chosen.</summary>
    bool IsChunkGiven { get; }

    /// <summary>Returns the number of document tokens that a chunk has room for beside prefix and suffix.</summary>
    /// <param name="request">The request to be read.</param>
    int DocumentRoom(ContextRequest request);

    /// <summary>
    /// Returns this method with chunks that have room for a number of document tokens, however long the suffix, so that leaves are the same
    /// for every question.
    /// </summary>
    /// <param name="request">The request to be read.</param>
    /// <param name="room">The number of document tokens. Nothing changes where such a chunk would leave the window.</param>
    IReadsAgain WithDocumentRoom(ContextRequest request, int room);
}
