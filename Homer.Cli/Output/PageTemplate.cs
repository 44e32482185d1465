using System.Text.RegularExpressions;

namespace Homer.Cli.Output;

/// <summary>HTML pages made of files that are embedded in the command.</summary>
internal static partial class PageTemplate
{
    /// <summary>An embedded file, by folder and name with a dot between them.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(PageTemplate).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>Puts values in place of <c>{{name}}</c>, in one pass, so that nothing in a value can pass for a placeholder.</summary>
    /// <param name="template">The embedded page.</param>
    /// <param name="value">The value of a name; throws for one that it does not know.</param>
    public static string Fill(string template, Func<string, string> value) => Placeholder().Replace(Resource(template), match => value(match.Groups[1].Value));

    [GeneratedRegex(@"\{\{([a-z-]+)\}\}")]
    private static partial Regex Placeholder();
}
