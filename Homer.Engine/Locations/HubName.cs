using System.Text.RegularExpressions;

namespace Homer.Engine.Locations;

/// <summary>
/// The name of a model in the Hugging Face hub, as people write it: <c>ORG/NAME</c> or <c>NAME</c>, then a path in it, <c>@</c> with a
/// revision, and <c>:</c> with the type of a GGUF file, each where it is given.
/// </summary>
/// <param name="Repository">The repository: <c>ORG/NAME</c>, or <c>NAME</c> alone.</param>
/// <param name="File">A file or folder in it; null for the model itself.</param>
/// <param name="Revision">A commit, its first digits, a branch or a tag; null for the main branch.</param>
/// <param name="Type">What a GGUF file is called among others, such as <c>Q4_K_M</c>; null where none is asked for.</param>
internal sealed partial record HubName(string Repository, string? File, string? Revision, string? Type)
{
    private const int MostLetters = 400;

    /// <summary>Reads a name; null for what can only be a path.</summary>
    public static HubName? Of(string text)
    {
        if (text.Length > MostLetters || Pattern().Match(text) is not { Success: true } match)
            return null;
        return new(match.Groups["repository"].Value, Part("file"), Part("revision"), Part("type"));

        string? Part(string name) => match.Groups[name] is { Success: true, Value: var value } ? value : null;
    }

    /// <summary>Returns whether a text is one part of a path, on every system, and leads nowhere else.</summary>
    public static bool IsPlain(string text) => text.Length <= MostLetters && Plain().IsMatch(text);

    /// <inheritdoc/>
    public override string ToString() =>
        Repository + (File is null ? "" : "/" + File) + (Revision is null ? "" : "@" + Revision) + (Type is null ? "" : ":" + Type);

    [GeneratedRegex(
        @"^(?<repository>\w[\w.-]*(/\w[\w.-]*)?)(/(?<file>[^/\\:@.\p{C}][^/\\:@\p{C}]*(/[^/\\:@.\p{C}][^/\\:@\p{C}]*)*))?"
        + @"(@(?<revision>\w[\w.-]*(/\w[\w.-]*)*))?(:(?<type>\w[\w.-]*))?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^\w[\w.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
