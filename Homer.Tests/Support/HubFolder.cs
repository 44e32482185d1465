namespace Homer.Tests.Support;

/// <summary>A cache of the Hugging Face hub in a temporary folder, with links into blobs as the hub's own programs make it.</summary>
internal sealed class HubFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int blobs;

    /// <summary>The path of the cache.</summary>
    public string Path => folder.Path;

    /// <summary>A path in the cache.</summary>
    public string this[string name] => folder[name];

    /// <summary>Returns the path of a repository.</summary>
    public string Repository(string name) => folder["models--" + name.Replace("/", "--", StringComparison.Ordinal)];

    /// <summary>Returns the path of a snapshot.</summary>
    public string Snapshot(string name, string commit) => System.IO.Path.Combine(Repository(name), "snapshots", commit);

    /// <summary>Sets the commit of a branch.</summary>
    public HubFolder At(string name, string commit, string branch = "main")
    {
        string file = System.IO.Path.Combine(Repository(name), "refs", branch);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, commit);
        return this;
    }

    /// <summary>Adds a file to a snapshot, as a link to a blob.</summary>
    /// <returns>The path of the link.</returns>
    public string Add(string name, string commit, string file, ReadOnlySpan<byte> content)
    {
        string link = Link(name, commit, file, out string blob);
        File.WriteAllBytes(blob, content);
        return link;
    }

    /// <summary>Adds the files of a folder to a snapshot.</summary>
    public HubFolder Add(string name, string commit, string source)
    {
        foreach (string file in Directory.GetFiles(source))
            Add(name, commit, System.IO.Path.GetFileName(file), File.ReadAllBytes(file));
        return this;
    }

    /// <summary>Adds a link to a blob of which only the first bytes were downloaded.</summary>
    /// <returns>The path of the link.</returns>
    public string AddUnfinished(string name, string commit, string file, int bytes = 3)
    {
        string link = Link(name, commit, file, out string blob);
        File.WriteAllBytes(blob + ".incomplete", new byte[bytes]);
        return link;
    }

    public void Dispose() => folder.Dispose();

    private string Link(string name, string commit, string file, out string blob)
    {
        string link = System.IO.Path.Combine(Snapshot(name, commit), file);
        blob = System.IO.Path.Combine(Repository(name), "blobs", $"{++blobs:x40}");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(link)!);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(blob)!);
        File.CreateSymbolicLink(link, System.IO.Path.GetRelativePath(System.IO.Path.GetDirectoryName(link)!, blob));
        return link;
    }
}
