namespace Homer.Tests.Support;

/// <summary>The reference data in a folder <c>shared</c> beside or above the checkout, which not every machine has.</summary>
internal static class SharedData
{
    private static readonly string? Root = FindRoot();

    /// <summary>Returns the path of a file or folder in the reference data; null if it does not exist.</summary>
    internal static string? TryFind(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        return Path.Exists(path) ? path : null;
    }

    /// <summary>Returns the path of a file or folder in the reference data; skips the test if it does not exist.</summary>
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
            if (File.Exists(Path.Combine(shared, "design.md")))
                return shared;
        }

        return null;
    }
}
