using System.Text.RegularExpressions;

namespace Homer.Cli.Output;

/// <summary>Builds HTML pages from files that are embedded in the assembly.</summary>
internal static partial class PageTemplate
{
    /// <summary>Returns the text of an embedded file, named by its folder and its name with a dot between them.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(PageTemplate).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Replaces every <c>{{name}}</c> in one pass, so that a value cannot contain a placeholder.</summary>
    /// <param name="template">The embedded file that is the template.</param>
    /// <param name="value">Returns the value of a name; throws for an unknown name.</param>
    public static string Fill(string template, Func<string, string> value) =>
        Placeholder().Replace(Resource(template), match => value(match.Groups[1].Value));

    [GeneratedRegex(@"\{\{([a-z-]+)\}\}")]
    private static partial Regex Placeholder();
}
