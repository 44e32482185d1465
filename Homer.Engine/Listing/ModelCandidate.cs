namespace Homer.Engine.Listing;

/// <summary>A folder or file that looks like a model, or like what is left of one.</summary>
/// <param name="Name">What <c>--model</c> takes for it.</param>
/// <param name="Path">The folder, or the only or first file.</param>
internal sealed record ModelCandidate(string Name, string Path)
{
    /// <summary>The sentence that says why it cannot even be looked at; null for all others.</summary>
    public string? Refusal { get; init; }
}
