namespace Homer.Tests.Support;

/// <summary>
/// Data from elsewhere that is not part of the repository: it lies in a folder named `shared` beside the checkout, and tests that need it
/// skip where it is absent.
/// </summary>
internal static class SharedData
{
    private static readonly string? Root = FindRoot();

    /// <summary>The path of a shared file or folder, or null where it is absent.</summary>
    internal static string? TryFind(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>The path of a shared file or folder; skips the running test where it is absent.</summary>
    internal static string Require(string relative)
    {
        string? path = TryFind(relative);
        if (path is null)
            Assert.Skip($"shared/{relative} is not on this machine.");
        return path;
    }

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(candidate, "design.md")))
                return candidate;
        }

        return null;
    }
}
