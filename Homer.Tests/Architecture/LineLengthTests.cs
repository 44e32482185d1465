using System.Globalization;
using System.Text.RegularExpressions;
using Homer.Tests.Support;

namespace Homer.Tests.Architecture;

/// <summary>
/// Lines of C# and Markdown are no longer than .editorconfig says. Excepted are rows of tables, what is too long for its links alone, and
/// recorded output, which is fenced as <c>```console</c>. What is generated or recorded is not looked at.
/// </summary>
public sealed partial class LineLengthTests
{
    private static readonly string[] Generated = ["docs/report", "Homer.Tests/Golden/data"];

    private static int Limit
    {
        get
        {
            string settings = File.ReadAllText(Path.Combine(RepositoryFiles.Root, ".editorconfig"));
            return int.Parse(LimitInEditorConfig().Match(settings).Groups[1].Value, CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void No_line_of_code_is_too_long() =>
        Violations.Report("Lines of C#", Find(SourceTree.Code));

    [Fact]
    public void No_line_of_Markdown_is_too_long() =>
        Violations.Report("Lines of Markdown", Find(SourceTree.Markdown.Where(file => !Generated.Any(file.IsIn))));

    [Theory]
    [InlineData("A.cs", "0123456789", 0)]
    [InlineData("A.cs", "01234567890", 1)]
    [InlineData("A.cs", "αβγδεζηθικ", 0)]
    [InlineData("A.cs", "| a | b | c | d |", 1)]
    [InlineData("A.cs", "// see https://example.org/a", 0)]
    [InlineData("A.md", "| a | b | c | d |", 0)]
    [InlineData("A.md", "01234567890", 1)]
    [InlineData("A.md", "[a](b/c/d/e/f/g) b", 0)]
    [InlineData("A.md", "[a](b/c/d/e/f/g) 01234567890", 1)]
    [InlineData("A.md", "```console\n01234567890\n```", 0)]
    [InlineData("A.md", "```console\n01234567890\n```\n01234567890", 1)]
    [InlineData("A.md", "```csharp\n01234567890\n```", 1)]
    public void Columns_are_counted(string file, string text, int violations) =>
        Assert.Equal(violations, Find(new SourceFile(file, text), 10).Count());

    private static IEnumerable<string> Find(IEnumerable<SourceFile> files)
    {
        int limit = Limit;
        return files.SelectMany(file => Find(file, limit));
    }

    private static IEnumerable<string> Find(SourceFile file, int limit)
    {
        bool isMarkdown = file.Name.EndsWith(".md", StringComparison.Ordinal);
        string? fence = null;
        for (int i = 0; i < file.Lines.Length; i++)
        {
            string line = file.Lines[i];
            if (isMarkdown && line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                fence = fence is null ? line.Trim()[3..] : null;
            bool excepted = isMarkdown && (fence == "console" || line.TrimStart().StartsWith('|'));
            if (!excepted && Columns(Links().Replace(line, "")) > limit)
                yield return $"{file.Name}:{i + 1} has {Columns(line)} columns";
        }
    }

    private static int Columns(string line) => new StringInfo(line).LengthInTextElements;

    [GeneratedRegex(@"^max_line_length\s*=\s*(\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex LimitInEditorConfig();

    [GeneratedRegex(@"\]\([^)\s]+\)|https?://[^\s)]+")]
    private static partial Regex Links();
}
