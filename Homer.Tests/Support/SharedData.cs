namespace Homer.Tests.Support;

/// <summary>The reference data in the folder <c>shared</c> beside the checkout, which not every machine has.</summary>
internal static class SharedData
{
    private static readonly string? Root = FindRoot();

    /// <summary>The path of a file or folder in it, or null where there is none.</summary>
    internal static string? TryFind(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        return Path.Exists(path) ? path : null;
    }

    /// <summary>The path of a file or folder in it; skips the test where there is none.</summary>
    internal static string Require(string relative)
    {
        string? path = TryFind(relative);
        Assert.SkipWhen(path is null, $"needs shared/{relative}, which is not on this machine");
        return path;
    }

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "design.md"))) return shared;
        }

        return null;
    }
}
