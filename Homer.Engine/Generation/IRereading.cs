using Homer.Engine.Contexts;

namespace Homer.Engine.Generation;

/// <summary>Reads the input again while it is being answered, with the answer so far behind the question.</summary>
public interface IRereading
{
    /// <summary>The number of times that the input was read again.</summary>
    int Count { get; }

    /// <summary>Reads again, in place of the context in hand, which is freed first.</summary>
    /// <param name="current">The context in hand.</param>
    /// <param name="answer">The tokens of the answer so far.</param>
    /// <param name="options">The settings of the continuation.</param>
    /// <returns>The new context; or the one in hand, untouched, where reading again is not possible.</returns>
    KvContext Read(KvContext current, IReadOnlyList<int> answer, GenerationOptions options);
}
