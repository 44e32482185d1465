using Homer.Engine.Checks;

namespace Homer.Engine.Evaluation.Tasks;

/// <summary>The settings of an <see cref="AbsentTask"/>.</summary>
/// <param name="Lengths">The lengths of documents in tokens.</param>
/// <param name="Documents">The number of documents of each length.</param>
public sealed record AbsentOptions(IReadOnlyList<int> Lengths, int Documents)
{
    /// <summary><inheritdoc cref="AbsentOptions" path="/param[@name='Lengths']/node()"/></summary>
    public IReadOnlyList<int> Lengths { get; init => field = NotNull.Of(value); } = NotNull.Of(Lengths);

    /// <summary>The number of facts that a document holds, and of others that it is asked for.</summary>
    public int Facts { get; init; } = 5;

    /// <summary>The seed of the first document; later documents take the next seeds.</summary>
    public int Seed { get; init; } = 1;
}
