using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>
/// No method, constructor, record or local function takes more than seven parameters: what travels together is a type. Kernels and their
/// bodies may, where registers or spills decide it, with a comment directly above that begins with <c>More than seven parameters:</c>.
/// </summary>
public sealed class ParameterCountTests
{
    private const int Most = 7;
    private const string Excuse = "// More than seven parameters: ";

    [Fact]
    public void Nothing_takes_more_than_seven_parameters() =>
        Violations.Report("At most seven parameters", SourceTree.ProductCode.SelectMany(Find), Pending.Parameters);

    [Theory]
    [InlineData("class A { void M(int a, int b, int c, int d, int e, int f, int g) { } }", 0)]
    [InlineData("class A { void M(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 1)]
    [InlineData("class A { A(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 1)]
    [InlineData("class A(int a, int b, int c, int d, int e, int f, int g, int h);", 1)]
    [InlineData("record struct A(int B, int C, int D, int E, int F, int G, int H, int I);", 1)]
    [InlineData("interface A { void M(int a, int b, int c, int d, int e, int f, int g, int h); }", 1)]
    [InlineData("class A { void M() { void L(int a, int b, int c, int d, int e, int f, int g, int h) { } } }", 1)]
    [InlineData("delegate void A(int a, int b, int c, int d, int e, int f, int g, int h);", 0)]
    [InlineData("class A {\n // More than seven parameters: spills.\n [X]\n void M(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 0)]
    [InlineData("class A {\n [X]\n // More than seven parameters: spills.\n void M(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 0)]
    [InlineData("class A {\n // More than seven parameters: \n void M(int a, int b, int c, int d, int e, int f, int g, int h) { } }", 1)]
    public void Parameters_are_counted(string code, int violations) =>
        Assert.Equal(violations, Find(new SourceFile("Homer.Kernels/A.cs", code)).Count());

    [Fact]
    public void Only_kernels_are_excused() =>
        Assert.Single(Find(new SourceFile("Homer.Engine/A.cs", $"class A {{\n{Excuse}why not\nvoid M(int a, int b, int c, int d, int e, int f, int g, int h) {{ }} }}")));

    private static IEnumerable<string> Find(SourceFile file) =>
        from list in file.Tree.GetRoot().DescendantNodes().OfType<ParameterListSyntax>()
        let declaration = list.Parent
        where declaration is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or TypeDeclarationSyntax
        where list.Parameters.Count > Most && !(file.IsIn("Homer.Kernels") && IsExcused(declaration))
        select $"{file.At(list.GetLocation())} {Name(declaration)} takes {list.Parameters.Count}";

    private static bool IsExcused(SyntaxNode declaration)
    {
        // Above the attributes or below them.
        SyntaxToken afterAttributes = declaration.ChildNodes().OfType<AttributeListSyntax>().LastOrDefault()?.GetLastToken().GetNextToken() ?? default;
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
}
