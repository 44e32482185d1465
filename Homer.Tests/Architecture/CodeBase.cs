using System.Reflection;
using ArchUnitNET.Loader;

namespace Homer.Tests.Architecture;

/// <summary>Assemblies with all dependencies between their types.</summary>
internal static class CodeBase
{
    private static readonly string[] Assemblies =
        ["Homer.Kernels.dll", "Homer.Engine.dll", "homer.dll", "Homer.Training.dll", "Homer.Benchmarks.dll"];

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> AllProducts = new(() => Load(
        SourceTree.ProductCode, [.. Assemblies.Select(name => Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name)))]));

    /// <summary>All that ships, and the benchmarks.</summary>
    public static ArchUnitNET.Domain.Architecture Products => AllProducts.Value;

    /// <summary>Loads assemblies, and completes their dependencies by those that can be seen in the source alone.</summary>
    public static ArchUnitNET.Domain.Architecture Load(IEnumerable<SourceFile> source, params Assembly[] assemblies)
    {
        ArchUnitNET.Domain.Architecture architecture = new ArchLoader().WithoutArchitectureCache().LoadAssemblies(assemblies).Build();
        SourceDependencies.AddTo(architecture, source);
        return architecture;
    }
}
