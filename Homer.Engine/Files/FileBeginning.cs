using System.Text;

namespace Homer.Engine.Files;

/// <summary>Recognizes files by what they begin with.</summary>
internal static class FileBeginning
{
    // The metadata of the safetensors files that are written here are at their beginning.
    private const int Length = 4096;

    /// <summary>Returns whether a text is among the first 4096 bytes of a regular file; false for one that cannot be read.</summary>
    public static bool Holds(string path, string text)
    {
        // Opening a pipe would wait for its writer.
        if (FileStatus.Of(path).Kind != FileKind.Regular)
            return false;
        Span<byte> start = stackalloc byte[Length];
        try
        {
            using FileStream stream = File.OpenRead(path);
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)].IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            return false;
        }
    }
}
