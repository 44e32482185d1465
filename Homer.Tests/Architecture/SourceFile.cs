using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Homer.Tests.Architecture;

/// <summary>A text file of the checkout.</summary>
/// <param name="Name">The path from the root of the checkout, with slashes.</param>
/// <param name="Text">Everything in it.</param>
internal sealed record SourceFile(string Name, string Text)
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, DocumentationMode.Parse);

    private readonly Lazy<SyntaxTree> tree = new(() => CSharpSyntaxTree.ParseText(Text, ParseOptions, Name));

    /// <summary>The syntax of a C# file, comments included.</summary>
    public SyntaxTree Tree => tree.Value;

    /// <summary>The lines without their ends.</summary>
    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    /// <summary>True below the folder.</summary>
    public bool IsIn(string folder) => Name.StartsWith(folder + '/', StringComparison.Ordinal);

    /// <summary>Returns where a node or comment stands, as compilers write it.</summary>
    public string At(Location location) => $"{Name}:{location.GetLineSpan().StartLinePosition.Line + 1}";
}
