using System.Text;
using Homer.Engine.Files;

namespace Homer.Cli.Commands;

/// <summary>
/// The document of <c>homer demo</c>, which stays in the folder for temporary files, so that further questions can be asked.
/// </summary>
internal static class DemoDocument
{
    private const string Name = "homer-demo.txt";

    /// <summary>Writes the document and returns its path.</summary>
    /// <exception cref="HomerException">There is no folder for temporary files that can be written.</exception>
    public static string Write(string text)
    {
        string folder = Path.GetTempPath();
        try
        {
            string usual = Path.Combine(folder, Name);
            return Write(IsUsable(usual) ? usual : Path.Combine(Directory.CreateTempSubdirectory("homer-demo-").FullName, Name), text);
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is HomerException)
        {
            string reason = e is HomerException ? e.Message : FileTrouble.CannotWrite(Path.Combine(folder, Name), e).Message;
            throw new HomerException($"{reason.TrimEnd('.')}, or name one for temporary files in the variable TMPDIR.", e);
        }
    }

    /// <summary>
    /// Returns whether the usual place is free or ours. Anybody may write to a folder for temporary files: what is a link or belongs to
    /// somebody else is left alone.
    /// </summary>
    private static bool IsUsable(string path)
    {
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(path)))
                return true;
            OutputTarget target = OutputTarget.Of(path);
            if (!target.IsFile || new FileInfo(path).LinkTarget is not null)
                return false;
            target.RequireWritable();
            return true;
        }
        catch (HomerException)
        {
            return false;
        }
    }

    private static string Write(string path, string text)
    {
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        return path;
    }
}
