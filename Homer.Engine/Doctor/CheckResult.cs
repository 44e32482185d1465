using Homer.Engine.Checks;

namespace Homer.Engine.Doctor;

/// <summary>The outcome of a check.</summary>
public enum CheckOutcome
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>The model works, and something is worth knowing.</summary>
    Warning,

    /// <summary>The model does not work as it is.</summary>
    Wrong,

    /// <summary>Another check failed, without which this one cannot be made.</summary>
    Skipped,
}

/// <summary>The findings of a check.</summary>
/// <param name="Name">The name of the check.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Seen">What was seen; where something is refused, the sentence that every command refuses it with.</param>
/// <param name="Advice">What to do; null where nothing is to be done, or where <paramref name="Seen"/> says it.</param>
public sealed record CheckResult(string Name, CheckOutcome Outcome, string Seen, string? Advice = null)
{
    /// <summary><inheritdoc cref="CheckResult" path="/param[@name='Name']/node()"/></summary>
    public string Name { get; init => field = NotNull.Of(value); } = NotNull.Of(Name);

    /// <summary><inheritdoc cref="CheckResult" path="/param[@name='Seen']/node()"/></summary>
    public string Seen { get; init => field = NotNull.Of(value); } = NotNull.Of(Seen);

    /// <summary>The two sentences as one line.</summary>
    public string Sentence => Advice is null ? Seen : $"{Seen}; {Advice}";
}
