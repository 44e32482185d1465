using Homer.Engine.Contexts;
using Homer.Engine.Reading.Leaves;

namespace Homer.Engine.Reading;

/// <summary>
/// A method that reads a document in chunks. Their length can be chosen so that a reading fits into memory, and chunks of the same document
/// tokens can be kept and read again behind another suffix.
/// </summary>
public interface IChunkedMethod : IPlannedMethod
{
    /// <summary>Whether the length of chunks was given, so that it is not chosen.</summary>
    bool IsChunkGiven { get; }

    /// <summary>Lists the settings to try for a memory budget, the preferred ones first. Settings that were given do not change.</summary>
    /// <param name="request">The request to be read.</param>
    IEnumerable<MemoryChoice> Choices(ContextRequest request);

    /// <summary>Returns the number of document tokens that a chunk has room for beside prefix and suffix.</summary>
    /// <param name="request">The request to be read.</param>
    int DocumentRoom(ContextRequest request);

    /// <summary>
    /// Returns this method with chunks that have room for a number of document tokens beside the prefix and the suffix of a request, so
    /// that leaves are the same for every suffix.
    /// </summary>
    /// <param name="request">The request to be read.</param>
    /// <param name="room">The number of document tokens. Nothing changes where such a chunk would exceed the window.</param>
    IChunkedMethod WithDocumentRoom(ContextRequest request, int room);

    /// <summary>Returns this method with a store that keeps the parts of leaves that do not depend on the suffix.</summary>
    /// <param name="leaves">The store; not owned. Null to keep nothing.</param>
    IChunkedMethod WithLeaves(LeafStore? leaves);
}

/// <summary>Settings that may let a reading fit into memory.</summary>
/// <param name="Method">The method with its settings.</param>
/// <param name="Request">The request with its settings.</param>
/// <param name="Chunk">The longest chunk, in tokens.</param>
public sealed record MemoryChoice(IChunkedMethod Method, ContextRequest Request, int Chunk);
