using Homer.Engine.Checks;
using Homer.Engine.Contexts;

namespace Homer.Engine.Passages;

/// <summary>A question with passages, of which it is known whether one of them answers it.</summary>
/// <param name="Input">The prefix and the question; the document is of no account.</param>
/// <param name="Passages">The tokens of the passages; at least one.</param>
/// <param name="IsAnswered">Whether one of them answers the question.</param>
public sealed record EvidenceProbe(ContextInput Input, IReadOnlyList<IReadOnlyList<int>> Passages, bool IsAnswered)
{
    /// <summary>The tokens of passages of ordinary text, which have nothing to do with the question; may be empty.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Ordinary { get; init => field = NotNull.Of(value); } = [];

    /// <summary><inheritdoc cref="EvidenceProbe" path="/param[@name='Input']/node()"/></summary>
    public ContextInput Input { get; init => field = NotNull.Of(value); } = NotNull.Of(Input);

    /// <summary><inheritdoc cref="EvidenceProbe" path="/param[@name='Passages']/node()"/></summary>
    public IReadOnlyList<IReadOnlyList<int>> Passages { get; init => field = NotNull.Of(value); } = NotNull.Of(Passages);
}
