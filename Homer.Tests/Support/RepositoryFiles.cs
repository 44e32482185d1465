namespace Homer.Tests.Support;

/// <summary>Finds files of the checkout that the tests run in.</summary>
internal static class RepositoryFiles
{
    /// <summary>The root of the checkout.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The folder of homer-mini, the small model in the repository.</summary>
    internal static string HomerMini { get; } = Path.Combine(Root, "models", "homer-mini");

    /// <summary>The folder of the configurations without weights in the repository.</summary>
    internal static string Shapes { get; } = Path.Combine(Root, "models", "shapes");

    /// <summary>The document that explains the kernels.</summary>
    internal static string KernelTour { get; } = Path.Combine(Root, "docs", "kernels.md");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Homer.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside a checkout.");
    }
}
