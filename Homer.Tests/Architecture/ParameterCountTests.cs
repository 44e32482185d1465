using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>
/// No method, constructor, record or local function takes more than seven parameters: what travels together is a type. Kernels and their
/// bodies may, where registers or spills decide it, with a comment directly above that begins with <c>More than seven parameters:</c>.
/// </summary>
public sealed partial class ParameterCountTests
{
    private const int Most = 7;
    private const string Excuse = "// More than seven parameters: ";

    [Fact]
    public void Nothing_takes_more_than_seven_parameters() =>
        Violations.Report("At most seven parameters", SourceTree.ProductCode.SelectMany(Find));

    [Theory]
    [InlineData("class A { void M({7}) { } }", 0)]
    [InlineData("class A { void M({8}) { } }", 1)]
    [InlineData("class A { A({8}) { } }", 1)]
    [InlineData("class A({8});", 1)]
    [InlineData("record struct A({8});", 1)]
    [InlineData("interface A { void M({8}); }", 1)]
    [InlineData("class A { void M() { void L({8}) { } } }", 1)]
    [InlineData("delegate void A({8});", 0)]
    [InlineData("class A {\n // More than seven parameters: spills.\n [X]\n void M({8}) { } }", 0)]
    [InlineData("class A {\n [X]\n // More than seven parameters: spills.\n void M({8}) { } }", 0)]
    [InlineData("class A {\n // More than seven parameters: \n void M({8}) { } }", 1)]
    public void Parameters_are_counted(string code, int violations) =>
        Assert.Equal(violations, Find(Example("Homer.Kernels/A.cs", code)).Count());

    [Fact]
    public void Only_kernels_are_excused() =>
        Assert.Single(Find(Example("Homer.Engine/A.cs", "class A {\n // More than seven parameters: spills.\n void M({8}) { } }")));

    // {7} in the code stands for seven parameters.
    private static SourceFile Example(string name, string code) =>
        new(name, CountInBraces().Replace(code, count => Parameters(int.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture))));

    private static string Parameters(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"int a{i}"));

    private static IEnumerable<string> Find(SourceFile file) =>
        from list in file.Tree.GetRoot().DescendantNodes().OfType<ParameterListSyntax>()
        let declaration = list.Parent
        where declaration is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or TypeDeclarationSyntax
        where list.Parameters.Count > Most && !(file.IsIn("Homer.Kernels") && IsExcused(declaration))
        select $"{file.At(list.GetLocation())} {Name(declaration)} takes {list.Parameters.Count}";

    private static bool IsExcused(SyntaxNode declaration)
    {
        // Above the attributes or below them.
        AttributeListSyntax? attributes = declaration.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault();
        SyntaxToken afterAttributes = attributes?.GetLastToken().GetNextToken() ?? default;
        return declaration.GetLeadingTrivia().Concat(afterAttributes.LeadingTrivia)
            .Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && trivia.ToString() is var text &&
                           text.StartsWith(Excuse, StringComparison.Ordinal) && text.Length > Excuse.Length);
    }

    private static string Name(SyntaxNode declaration) => declaration switch
    {
        MethodDeclarationSyntax method => $"{(method.Parent as TypeDeclarationSyntax)?.Identifier}.{method.Identifier}",
        ConstructorDeclarationSyntax constructor => $"{constructor.Identifier}'s constructor",
        LocalFunctionStatementSyntax function => $"local {function.Identifier}",
        TypeDeclarationSyntax type => type.Identifier.ToString(),
        _ => declaration.Kind().ToString(),
    };

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex CountInBraces();
}
