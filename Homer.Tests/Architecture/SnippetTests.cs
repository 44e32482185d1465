using System.Text.RegularExpressions;

namespace Homer.Tests.Architecture;

/// <summary>
/// The C# of README.md and docs/ is compiled: each block fenced as <c>```csharp</c> is, word for word, a region of a source file between
/// <c>// begin-snippet: name</c> and <c>// end-snippet</c>. Sketches that leave something out (…) are fenced as <c>```cs</c>.
/// </summary>
public sealed partial class SnippetTests
{
    [Fact]
    public void Every_block_of_code_is_compiled()
    {
        var snippets = Snippets().Select(snippet => snippet.Code).ToHashSet();
        Assert.NotEmpty(snippets);
        IEnumerable<string> others = Blocks("csharp").Where(block => !snippets.Contains(block.Code)).Select(block => block.Place);
        Violations.Report("Blocks of C# that are no snippet", others);
    }

    [Fact]
    public void Only_sketches_are_not_compiled()
    {
        IEnumerable<string> whole =
            Blocks("cs").Where(block => !block.Code.Contains('…', StringComparison.Ordinal)).Select(block => block.Place);
        Violations.Report("Blocks of C# that leave nothing out", whole);
    }

    [Fact]
    public void Every_snippet_is_shown()
    {
        var shown = Blocks("csharp").Select(block => block.Code).ToHashSet();
        IEnumerable<string> others = Snippets().Where(snippet => !shown.Contains(snippet.Code)).Select(snippet => snippet.Place);
        Violations.Report("Snippets that no document shows", others);
    }

    private static IEnumerable<(string Place, string Code)> Snippets() =>
        from file in SourceTree.Code
        from region in Regions().Matches(file.Text)
        select ($"{file.Name}: {region.Groups["name"].Value}", Unindent(region.Groups["code"].Value));

    private static IEnumerable<(string Place, string Code)> Blocks(string language) =>
        from file in SourceTree.Markdown
        where file.Name == "README.md" || file.IsIn("docs")
        from block in Fences().Matches(file.Text)
        where block.Groups["language"].Value == language
        select ($"{file.Name}: {block.Groups["code"].Value.Split('\n')[0]}", Unindent(block.Groups["code"].Value));

    private static string Unindent(string code)
    {
        string[] lines = [.. code.Split('\n').Select(line => line.TrimEnd())];
        int indent = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line)).Trim('\n');
    }

    [GeneratedRegex(
        @"^ *// begin-snippet: (?<name>[\w-]+)\n(?<code>.*?)^ *// end-snippet$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Regions();

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
