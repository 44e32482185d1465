namespace Homer.Tests.Support;

/// <summary>A new folder, deleted with all it holds when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("homer-tests-").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    internal TemporaryFolder With(string file, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[file], content);
        return this;
    }

    internal TemporaryFolder With(string file, string content)
    {
        File.WriteAllText(this[file], content);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
