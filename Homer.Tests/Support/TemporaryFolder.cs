namespace Homer.Tests.Support;

/// <summary>A new temporary folder, which is deleted with its content when it is disposed of.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("homer-tests-").FullName;

    /// <summary>The path of a file in the folder.</summary>
    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file into the folder.</summary>
    internal TemporaryFolder With(string file, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[file], content);
        return this;
    }

    /// <inheritdoc cref="With(string, ReadOnlySpan{byte})"/>
    internal TemporaryFolder With(string file, string content)
    {
        File.WriteAllText(this[file], content);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
