using Homer.Engine.Contexts;

namespace Homer.Engine.Generation;

/// <summary>Reads the input again while it is being answered, with the answer so far appended to the question.</summary>
public interface IRereading
{
    /// <summary>The number of times that the input was read again.</summary>
    int Count { get; }

    /// <summary>Frees the current context, and reads the input into a new one.</summary>
    /// <param name="current">The current context.</param>
    /// <param name="answer">The tokens of the answer so far.</param>
    /// <param name="options">The settings of the continuation.</param>
    /// <returns>The new context; or the current one, unchanged, where reading again is not possible.</returns>
    KvContext Read(KvContext current, IReadOnlyList<int> answer, GenerationOptions options);
}
