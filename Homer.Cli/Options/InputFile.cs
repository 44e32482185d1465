using Homer.Cli.Output;
using Homer.Engine.Files;

namespace Homer.Cli.Options;

/// <summary>Reads the files that a command line names; <c>-</c> is standard input. Bytes are decoded alike from both.</summary>
internal static class InputFile
{
    private const string StandardInput = "-";
    private const string StandardInputName = "standard input";
    private const string Remedy = "write it as the command's --help shows";
    private const int MostBytes = 1_000_000_000;

    /// <summary>Reads a text; what cannot be decoded is noted on stderr.</summary>
    /// <exception cref="HomerException">The file cannot be read, or is no text.</exception>
    public static string ReadText(string path)
    {
        if (path != StandardInput)
            return TextFile.Read(path, Terminal.Note);
        using Stream input = Console.OpenStandardInput();
        return TextFile.Read(input, StandardInputName, Terminal.Note);
    }

    /// <summary>Reads a document, which must have some text.</summary>
    /// <exception cref="HomerException">The file cannot be read, is no text, or is empty.</exception>
    public static string ReadDocument(string path) =>
        TextFile.RequireText(ReadText(path), path == StandardInput ? StandardInputName : path);

    /// <summary>Opens a document, which must have some text; what cannot be decoded is noted on stderr.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mayBeBlank">Whether a document of white space will do.</param>
    /// <exception cref="HomerException">The file cannot be read, is no text, or is empty.</exception>
    public static DocumentText OpenDocument(string path, bool mayBeBlank = false)
    {
        if (path != StandardInput)
            return new(TextFile.Open(path, Terminal.Note, mayBeBlank));
        using Stream input = Console.OpenStandardInput();
        return new(TextFile.OpenOnce(input, StandardInputName, Terminal.Note, mayBeBlank));
    }

    /// <summary>Reads a JSON value.</summary>
    /// <exception cref="HomerException">The file cannot be read, or is no JSON.</exception>
    public static T ReadJson<T>(string path, Func<System.Text.Json.JsonElement, T> read)
    {
        using Stream? input = path == StandardInput ? Console.OpenStandardInput() : null;
        return input is null
            ? JsonFile.Parse(path, FileContent.Read(path, MostBytes), read, Remedy)
            : JsonFile.Parse(StandardInputName, FileContent.Read(input, StandardInputName, MostBytes), read, Remedy);
    }

    /// <summary>Opens a file of lines in UTF-8.</summary>
    /// <exception cref="HomerException">The file cannot be read.</exception>
    public static TextReader LinesOf(string path)
    {
        if (path == StandardInput)
            return Lines();
        try
        {
            return new StreamReader(path);
        }
        catch (Exception e) when (FileTrouble.Is(e) || e is ArgumentException)
        {
            throw FileTrouble.CannotRead(path, e);
        }
    }

    /// <summary>Returns what messages call a file.</summary>
    public static string NameOf(string path) => path == StandardInput ? StandardInputName : Quoted.Path(path);

    /// <summary>Returns the lines of standard input, in UTF-8 whatever the locale, unless they are typed.</summary>
    public static TextReader Lines() => Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput()) : Console.In;
}
