using Homer.Engine.Contexts;

namespace Homer.Engine.Reading;

/// <summary>
/// A method whose settings can be chosen so that a reading stays within a number of bytes; see <see cref="MemoryBudget"/>.
/// </summary>
public interface IFitsMemory : IPlansReadings
{
    /// <summary>Whether the length of chunks was given, so that it is not chosen.</summary>
    bool IsChunkGiven { get; }

    /// <summary>Lists the settings worth trying, the preferred ones first; settings that were given are the same in all of them.</summary>
    /// <param name="request">The request to be read.</param>
    IEnumerable<MemoryChoice> Choices(ContextRequest request);
}

/// <summary>Settings that may let a reading fit into memory.</summary>
/// <param name="Method">The method with its settings.</param>
/// <param name="Request">The request with its settings.</param>
/// <param name="Chunk">The longest chunk, in tokens.</param>
public sealed record MemoryChoice(IFitsMemory Method, ContextRequest Request, int Chunk);
