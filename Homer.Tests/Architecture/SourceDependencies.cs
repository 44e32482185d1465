using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Homer.Tests.Architecture;

/// <summary>
/// Finds dependencies in the source. ArchUnitNET reads compiled code, in which constants and nameof have left no trace, and it does not see
/// sizeof, the types of catch clauses, of function pointers and of generic types whose static fields are used.
/// </summary>
internal static class SourceDependencies
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>Adds to the types of an architecture all dependencies that their source names.</summary>
    public static void AddTo(ArchUnitNET.Domain.Architecture architecture, IEnumerable<SourceFile> source)
    {
        ILookup<string, IType> types = architecture.Types.ToLookup(type => type.FullName);
        foreach ((string origin, string target) in Find(source))
        {
            foreach (IType from in types[origin])
            {
                foreach (IType to in types[target].Where(to => from.Dependencies.TrueForAll(known => known.Target != to)))
                    from.Dependencies.Add(new TypeReferenceDependency(from, new TypeInstance<IType>(to)));
            }
        }
    }

    /// <summary>Returns which type of the source names which other, nested types counted as those that contain them.</summary>
    internal static ParallelQuery<(string Origin, string Target)> Find(IEnumerable<SourceFile> source)
    {
        SyntaxTree[] trees = [.. source.Select(file => file.Tree)];
        var compilation = CSharpCompilation.Create(
            nameof(SourceDependencies),
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, (CSharpParseOptions)trees[0].Options)],
            Libraries(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return trees.AsParallel().SelectMany(tree => Find(compilation.GetSemanticModel(tree))).Distinct();
    }

    private static HashSet<(string, string)> Find(SemanticModel model)
    {
        var found = new HashSet<(string, string)>();
        foreach (SimpleNameSyntax name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (name.FirstAncestorOrSelf<BaseTypeDeclarationSyntax>() is not { } declaration)
                continue;
            SymbolInfo info = model.GetSymbolInfo(name);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? target = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (target is { ContainingAssembly: ISourceAssemblySymbol } && model.GetDeclaredSymbol(declaration) is INamedTypeSymbol origin)
                found.Add((Outermost(origin), Outermost(target)));
        }

        found.RemoveWhere(arrow => arrow.Item1 == arrow.Item2);
        return found;
    }

    private static string Outermost(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Outermost(outer) : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";

    // Homer's own assemblies are left out: their source stands in for them.
    private static IEnumerable<MetadataReference> Libraries() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("homer", StringComparison.OrdinalIgnoreCase))
            .Select(path => MetadataReference.CreateFromFile(path));
}
