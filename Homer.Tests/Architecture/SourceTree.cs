using Homer.Tests.Support;

namespace Homer.Tests.Architecture;

/// <summary>The source files of the checkout that the tests run in.</summary>
internal static class SourceTree
{
    /// <summary>The projects that make up the product, without tests.</summary>
    public static readonly string[] Products = ["Homer.Kernels", "Homer.Engine", "Homer.Cli", "Homer.Training", "Homer.Benchmarks"];

    private static readonly string[] ForeignFolders = ["bin", "obj", "artifacts", "shared", "TestResults", "BenchmarkDotNet.Artifacts"];

    private static readonly Lazy<SourceFile[]> AllCode = new(() => Read("*.cs"));

    private static readonly Lazy<SourceFile[]> AllText = new(() => Read("*.md"));

    /// <summary>All C# files, tests included.</summary>
    public static SourceFile[] Code => AllCode.Value;

    /// <summary>All Markdown files.</summary>
    public static SourceFile[] Markdown => AllText.Value;

    /// <summary>The C# files of the product.</summary>
    public static IEnumerable<SourceFile> ProductCode => Code.Where(file => Products.Any(file.IsIn));

    /// <summary>Skips the test where the build runs without its sources, as on a machine that <c>eng/gpu-check.sh</c> packed for.</summary>
    public static void Require() =>
        Assert.SkipUnless(Directory.Exists(Path.Combine(RepositoryFiles.Root, Products[0])), "the source code is not here");

    private static SourceFile[] Read(string pattern)
    {
        Require();
        var files = new List<SourceFile>();
        ReadFolder(new DirectoryInfo(RepositoryFiles.Root));
        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];

        void ReadFolder(DirectoryInfo folder)
        {
            files.AddRange(folder.EnumerateFiles(pattern).Select(Read));
            foreach (DirectoryInfo inner in folder.EnumerateDirectories())
            {
                if (inner.Name[0] != '.' && !ForeignFolders.Contains(inner.Name))
                    ReadFolder(inner);
            }
        }
    }

    private static SourceFile Read(FileInfo file)
    {
        string name = Path.GetRelativePath(RepositoryFiles.Root, file.FullName).Replace('\\', '/');
        return new SourceFile(name, File.ReadAllText(file.FullName).ReplaceLineEndings("\n"));
    }
}
