using System.CommandLine;
using Homer.Engine.Files;

namespace Homer.Cli.Options;

/// <summary>The kind of content of a file, which decides whether a terminal may show it.</summary>
internal enum OutputForm
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Tensors.</summary>
    Binary,
}

/// <summary>The files that a command line asks to write, checked before anything is read.</summary>
internal static class OutputFiles
{
    /// <summary>The value that means standard output.</summary>
    public const string Dash = "-";

    // Pipes stay open until they are written to, or their readers would believe that this is all.
    private static readonly List<Stream> Held = [];

    /// <summary>Returns the path of a file to write, once it is certain that it can be written and that nothing is lost by it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    /// <param name="form">What the file holds.</param>
    /// <exception cref="UsageException">
    /// The option is missing or empty; the file is read by the same command, or is one of the model's own; or standard output is a terminal
    /// that cannot show it, or holds another result.
    /// </exception>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public static string OutputPath(this ParseResult parsed, Option<string> option, OutputForm form)
    {
        string path = parsed.GetValue(option) ?? throw new UsageException($"Give {option.Name}, the file to write.");
        if (path.Length == 0)
            throw new UsageException($"{option.Name} needs the name of a file.");
        OutputTarget target = OutputTarget.Of(path == Dash ? OutputTarget.StandardOutput : path);
        CommandFiles.RequireNoOther(parsed, option, path, target);
        if (target.IsStandardOutput)
        {
            TakeStandardOutput(parsed, option, form);
            return target.Path;
        }

        Check(target);
        return path;
    }

    /// <summary>Refuses a file that a command writes into a folder, for the reasons that <see cref="OutputPath"/> has.</summary>
    public static void RequireOutput(this ParseResult parsed, Option<string> folder, string path)
    {
        OutputTarget target = OutputTarget.Of(path);
        CommandFiles.RequireNoOther(parsed, folder, path, target);
        Check(target);
    }

    /// <summary>Returns the path of a folder to create, once it is certain that it is no file that the command reads.</summary>
    /// <exception cref="UsageException">The option is empty, or an input.</exception>
    public static string OutputFolder(this ParseResult parsed, Option<string> option)
    {
        string path = parsed.GetRequiredValue(option);
        if (path is "" or Dash)
            throw new UsageException($"{option.Name} needs the name of a folder, not {Quoted.Text(path)}.");
        CommandFiles.RequireNoInput(parsed, option, path);
        return path;
    }

    private static void Check(OutputTarget target)
    {
        if (target.RequireWritable() is { } pipe)
            Held.Add(pipe);
    }

    private static void TakeStandardOutput(ParseResult parsed, Option option, OutputForm form)
    {
        if (parsed.WantsJson())
            throw new UsageException($"{option.Name} - and --json both write to standard output; give {option.Name} a file.");
        if (form == OutputForm.Binary && !Console.IsOutputRedirected)
            throw new UsageException($"{option.Name} - would write binary data to the terminal; send it to a file or a pipe.");
        // Standard output holds the file and nothing else.
        Console.SetOut(Console.Error);
    }
}
