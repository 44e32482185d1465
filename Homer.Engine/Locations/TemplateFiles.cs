using Homer.Engine.Files;

namespace Homer.Engine.Locations;

/// <summary>The files of a model folder that hold its chat templates.</summary>
internal static class TemplateFiles
{
    /// <summary>The file of the template that is used where no other is asked for.</summary>
    public const string Main = "chat_template.jinja";

    /// <summary>The file in which processors of images keep theirs.</summary>
    public const string OfProcessor = "chat_template.json";

    private const string Prefix = "chat_template.";
    private const string Suffix = ".jinja";
    private const string AdditionalFolder = "additional_chat_templates";

    /// <summary>
    /// Returns the names of further templates and their files' paths in the folder: <c>chat_template.NAME.jinja</c>, then
    /// <c>additional_chat_templates/NAME.jinja</c>, each in ordinal order.
    /// </summary>
    public static IEnumerable<(string Name, string File)> Named(string folder) =>
    [
        .. FolderContent.Files(folder)
            .Where(file => file.StartsWith(Prefix, StringComparison.Ordinal) && file.EndsWith(Suffix, StringComparison.Ordinal)
                && file.Length > Prefix.Length + Suffix.Length)
            .Select(file => (file[Prefix.Length..^Suffix.Length], file)),
        .. FolderContent.Files(Path.Combine(folder, AdditionalFolder))
            .Where(file => file.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(file => (file[..^Suffix.Length], $"{AdditionalFolder}/{file}")),
    ];
}
