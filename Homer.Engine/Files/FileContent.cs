namespace Homer.Engine.Files;

/// <summary>Reads whole files and streams into memory, up to a size that is checked before and while reading.</summary>
internal static class FileContent
{
    private const int FirstBlock = 1 << 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">The most bytes that such a file has.</param>
    /// <exception cref="HomerException">The file is missing, unreadable, a folder or too large.</exception>
    internal static byte[] Read(string path, int mostBytes)
    {
        if (Directory.Exists(path)) throw new HomerException($"{Quoted.Path(path)} is a folder; give the path of a file in it.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            // Pipes and devices say that they have no bytes.
            return stream.CanSeek && stream.Length > mostBytes ? throw TooLarge(path, mostBytes) : Read(stream, path, mostBytes);
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is ArgumentException)
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The name that messages use.</param>
    /// <param name="mostBytes">The most bytes that are read.</param>
    /// <exception cref="HomerException">The stream has more bytes.</exception>
    internal static byte[] Read(Stream stream, string name, int mostBytes)
    {
        using var content = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, mostBytes) : 0);
        var block = new byte[FirstBlock];
        while (stream.Read(block) is > 0 and int count)
        {
            if (content.Length + count > mostBytes) throw TooLarge(name, mostBytes);
            content.Write(block, 0, count);
        }

        return content.ToArray();
    }

    private static HomerException TooLarge(string name, int mostBytes) =>
        new($"{Quoted.Path(name)} has more than {mostBytes} bytes, the most that Homer reads of such a file; "
            + "check that it is the right one.");
}
