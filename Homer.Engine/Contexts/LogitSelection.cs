using Homer.Engine.Checks;

namespace Homer.Engine.Contexts;

/// <summary>The rows of logits that a reading hands out, a few at a time, so that those of a long text need not be held together.</summary>
/// <param name="IsWanted">Returns whether the logits after a token are wanted, by its index in what is read.</param>
/// <param name="Receive">Receives the index of the first of some consecutive tokens, and their logits [tokens, vocabulary].</param>
public sealed record LogitSelection(Func<int, bool> IsWanted, Action<int, float[]> Receive)
{
    /// <summary><inheritdoc cref="LogitSelection" path="/param[@name='IsWanted']/node()"/></summary>
    public Func<int, bool> IsWanted { get; init => field = NotNull.Of(value); } = NotNull.Of(IsWanted);

    /// <summary><inheritdoc cref="LogitSelection" path="/param[@name='Receive']/node()"/></summary>
    public Action<int, float[]> Receive { get; init => field = NotNull.Of(value); } = NotNull.Of(Receive);

    /// <summary>The most rows at a time.</summary>
    internal const int RowsAtOnce = 64;
}
