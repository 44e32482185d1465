using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>A type is found by its name: folders are namespaces, files are named for their type, and no file is long.</summary>
public sealed class FolderTests
{
    private const int MostLines = 400;
    private const int ManyLines = 200;

    // The exception that a user's mistake raises is in the namespace that all projects see without a using.
    private const string ForAllProjects = "Homer.Kernels/HomerException.cs";

    /// <summary>Files of the projects; samples are programs of one file.</summary>
    private static IEnumerable<SourceFile> Files => SourceTree.Code.Where(file => file.Name.StartsWith("Homer.", StringComparison.Ordinal));

    [Fact]
    public void Namespaces_are_folders() => Violations.Report("Namespaces that are not their folder", Files
        .Where(file => file.Name != ForAllProjects && Namespace(file) is { } name && name != Folder(file).Replace('/', '.'))
        .Select(file => $"{file.Name}: {Namespace(file)}"));

    /// <summary>A part of a type, such as <c>Primitives.Cuda.cs</c>, is named for the whole.</summary>
    [Fact]
    public void Files_are_named_for_their_type() => Violations.Report("Files that are not named for a type in them", Files
        .Where(file => Types(file) is { Length: > 0 } types && !types.Contains(Path.GetFileName(file.Name).Split('.')[0]))
        .Select(file => $"{file.Name}: {string.Join(", ", Types(file))}"));

    [Fact]
    public void Files_are_short()
    {
        SourceFile[] files = [.. Files];
        int many = files.Count(file => file.Lines.Length > ManyLines);
        TestContext.Current.TestOutputHelper?.WriteLine($"{many} of {files.Length} files have more than {ManyLines} lines");
        Violations.Report($"Files of more than {MostLines} lines", files
            .Where(file => file.Lines.Length > MostLines).Select(file => $"{file.Name}: {file.Lines.Length}"));
    }

    private static string Folder(SourceFile file) => file.Name[..file.Name.LastIndexOf('/')];

    private static string? Namespace(SourceFile file) =>
        file.Tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    private static string[] Types(SourceFile file) =>
    [
        .. file.Tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Select(node => node switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => null,
            })
            .OfType<string>(),
    ];
}
