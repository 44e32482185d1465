using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>
/// Summaries stand in tooltips without their neighbours: they say something, and do not start as answers to a question or with a word that
/// points elsewhere. Comments and documents use the field's words for things.
/// </summary>
public sealed partial class SummaryTests
{
    private const RegexOptions Options = RegexOptions.IgnoreCase;

    [Fact]
    public void Summaries_can_be_read_alone() =>
        Violations.Report("Summaries", SourceTree.Code.SelectMany(FindSummaries));

    [Fact]
    public void Comments_use_the_words_of_the_field() =>
        Violations.Report("Words in comments", SourceTree.Code.SelectMany(FindWords));

    [Fact]
    public void Documents_use_the_words_of_the_field() =>
        Violations.Report(
            "Words in documents",
            from file in SourceTree.Markdown
            where file.Name is not ("docs/glossary.md" or "CHANGELOG.md")
            from line in file.Lines.Index()
            from word in Words().Matches(line.Item)
            select $"{file.Name}:{line.Index + 1} \"{word}\"");

    [Theory]
    [InlineData("Returns one.", 0)]
    [InlineData("", 1)]
    [InlineData("\n    /// \n    /// ", 1)]
    [InlineData("What it returns.", 1)]
    [InlineData("\n    /// Whether it\n    /// is one.", 1)]
    [InlineData("Whether it is one.", 1)]
    [InlineData("The same for two.", 1)]
    [InlineData("However small.", 0)]
    [InlineData("<see cref=\"B\"/>", 0)]
    public void Summaries_are_judged(string summary, int violations) =>
        Assert.Equal(violations, FindSummaries(Example($"<summary>{summary}</summary>")).Count());

    [Theory]
    [InlineData("Skips what is not a\n    /// number.", 1)]
    [InlineData("Skips NaN.", 0)]
    public void Words_are_found(string text, int violations) =>
        Assert.Equal(violations, FindWords(Example($"<remarks>{text}</remarks>")).Count());

    private static SourceFile Example(string documentation) => new("A.cs", $"class A\n{{\n    /// {documentation}\n    int B;\n}}\n");

    private static IEnumerable<string> FindSummaries(SourceFile file) =>
        from element in file.Tree.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<XmlElementSyntax>()
        where element.StartTag.Name.ToString() == "summary"
        let text = Plain(element.Content.ToFullString())
        where text.Length == 0 || BadStart().IsMatch(text)
        select $"{file.At(element.GetLocation())} \"{(text.Length > 80 ? text[..80] + "…" : text)}\"";

    private static IEnumerable<string> FindWords(SourceFile file) =>
        from trivia in file.Tree.GetRoot().DescendantTrivia()
        where trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
        from word in Words().Matches(Plain(trivia.ToFullString()))
        select $"{file.At(trivia.GetLocation())} \"{word}\"";

    /// <summary>Returns a comment as one line, without slashes at the start of its lines.</summary>
    private static string Plain(string comment) => Space().Replace(Slashes().Replace(comment, ""), " ").Trim();

    [GeneratedRegex(@"^(What|The same|That of|Those|So many|How|Whether it)\b")]
    private static partial Regex BadStart();

    [GeneratedRegex(
        @"\b(not a number|(first|second)-level caches?|asked for ahead|rulers?|dear|so many(?! \w+ that)|a group an? \w+)\b", Options)]
    private static partial Regex Words();

    [GeneratedRegex(@"^\s*/{2,}", RegexOptions.Multiline)]
    private static partial Regex Slashes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
