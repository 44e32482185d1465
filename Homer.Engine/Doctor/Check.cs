namespace Homer.Engine.Doctor;

/// <summary>One thing about a model or a device that may be wrong.</summary>
/// <param name="name">The name, a word or two.</param>
internal abstract class Check(string name)
{
    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>Looks, and says what it sees. What the engine refuses is thrown as everywhere, and is the finding then.</summary>
    /// <param name="model">The model and what earlier checks opened of it.</param>
    /// <param name="progress">Receives the share that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The engine refuses something.</exception>
    public abstract CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation);

    protected CheckResult Ok(string seen) => new(name, CheckOutcome.Ok, seen);

    protected CheckResult Warning(string seen, string? advice = null) => new(name, CheckOutcome.Warning, seen, advice);

    protected CheckResult Wrong(string seen, string? advice = null) => new(name, CheckOutcome.Wrong, seen, advice);

    /// <summary>Returns the result of a check that cannot be made.</summary>
    /// <param name="missing">What is missing for it.</param>
    protected CheckResult Skipped(string missing) => new(name, CheckOutcome.Skipped, $"not checked without {missing}");

    /// <summary>Returns a warning where there are notes, else that all is well.</summary>
    protected CheckResult Noted(string seen, IEnumerable<string> notes) =>
        string.Join(' ', notes) is { Length: > 0 } said ? Warning($"{seen}. {said}") : Ok(seen);
}
