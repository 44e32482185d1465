using System.CommandLine;
using Homer.Engine.Books;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Reading.Leaves;

namespace Homer.Cli.Options;

/// <summary>The files that a command line names, which keep its outputs from replacing what it reads.</summary>
internal static class CommandFiles
{
    private static readonly string[] Outputs = ["--out", "--survivors", "--keep"];

    // The values of these options and arguments are paths: HelpName says so in the help, too.
    private static readonly string[] PathNames = ["FILE", "DIR", ModelName];

    // The value of an option for a model may be a name in the hub's cache, too.
    private const string ModelName = "MODEL";

    // What a folder of a model may hold beside weights. A file of such a name would change the model, even where there is none yet.
    private static readonly string[] ModelFileNames =
    [
        "config.json", "generation_config.json", "model.safetensors", "model.safetensors.index.json", "tokenizer.model", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "homer-prompt.json", CalibrationTable.FileName,
    ];

    // Reports and logs of trials may lie beside a model.
    private static readonly string[] ResultExtensions = [".html", ".jsonl"];

    /// <summary>Refuses an output that is another file of the command line, by whatever name or link.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option that names the output, or the folder it is in.</param>
    /// <param name="given">The output as it was given.</param>
    /// <param name="target">The output.</param>
    /// <exception cref="UsageException">The output is read by the command, or is another of its outputs.</exception>
    public static void RequireNoOther(ParseResult parsed, Option option, string given, OutputTarget target)
    {
        foreach ((Symbol symbol, string path) in Paths(parsed))
        {
            if (symbol == option)
                continue;
            bool isOutput = symbol is Option { Name: var name } && Outputs.Contains(name);
            if (isOutput ? IsSameOutput(path, target) : IsSameInput(path, target))
                throw Same(Shown(symbol));
            if (!isOutput && Directory.Exists(path))
                RequireNoModelFile(path, option, target, () => Same($"a file of {Shown(symbol)}, the model,"));
        }

        UsageException Same(string what) =>
            new($"{option.Name} {Quoted.Text(given)} is the same file as {what} and would replace it; give {option.Name} another file.");
    }

    /// <summary>Refuses a folder to write that is a file or folder which the command reads.</summary>
    public static void RequireNoInput(ParseResult parsed, Option option, string given)
    {
        foreach ((Symbol symbol, string path) in Paths(parsed))
        {
            if (symbol != option && FileStatus.AreSame(path, given))
            {
                throw new UsageException(
                    $"{option.Name} {Quoted.Text(given)} is {Shown(symbol)} itself; give {option.Name} another folder.");
            }
        }
    }

    /// <summary>Returns whether the value of an option is, or may be, the path of a file or folder.</summary>
    public static bool IsPath(Option option) => PathNames.Contains(option.HelpName ?? "") || Outputs.Contains(option.Name);

    private static IEnumerable<(Symbol Symbol, string Path)> Paths(ParseResult parsed)
    {
        foreach (Option option in parsed.CommandResult.Command.Options)
        {
            if (!IsPath(option))
                continue;
            IEnumerable<string> values = option switch
            {
                Option<string> one => [parsed.GetValue(one) ?? ""],
                Option<string[]> several => parsed.GetValue(several) ?? [],
                _ => [],
            };
            foreach (string path in values)
            {
                if (path.Length > 0)
                    yield return (option, option.HelpName == ModelName ? Located(path) : path);
            }
        }

        foreach (Argument argument in parsed.CommandResult.Command.Arguments)
        {
            bool isPath = PathNames.Contains(argument.HelpName ?? "");
            if (!isPath)
                continue;
            IEnumerable<string> values = argument switch
            {
                Argument<string> one => [parsed.GetValue(one) ?? ""],
                Argument<string[]> several => parsed.GetValue(several) ?? [],
                _ => [],
            };
            foreach (string path in values.Where(path => path.Length > 0))
                yield return (argument, path);
        }
    }

    private static string Located(string model)
    {
        try
        {
            return ModelPath.Resolve(model);
        }
        catch (HomerException)
        {
            // Opening the model says what is wrong with its name.
            return model;
        }
    }

    private static bool IsSameInput(string path, OutputTarget target) =>
        target.HoldsData && FileStatus.AreSame(path == OutputFiles.Dash ? "/dev/stdin" : path, target.Path);

    private static bool IsSameOutput(string path, OutputTarget target)
    {
        if (path == OutputFiles.Dash)
            return target.IsStandardOutput;
        try
        {
            return target.HoldsData && (OutputTarget.Of(path).Path == target.Path || FileStatus.AreSame(path, target.Path));
        }
        catch (HomerException)
        {
            // The other output is refused when its turn comes.
            return false;
        }
    }

    private static void RequireNoModelFile(string folder, Option option, OutputTarget target, Func<UsageException> refusal)
    {
        // homer calibrate measures the table of the model, and --keep replaces nothing but leaves.
        bool measures = Path.GetFileName(target.Path) == CalibrationTable.FileName && option.Name == "--out" && IsCalibration(option);
        bool isInFolder = RealPath.Of(Path.GetFullPath(folder)) == Path.GetDirectoryName(target.Path);
        if (isInFolder && !measures && ModelFileNames.Contains(Path.GetFileName(target.Path)))
            throw refusal();
        if (!target.Exists || !target.HoldsData)
            return;
        IEnumerable<string> own = ListOf(folder).Where(path => FileStatus.AreSame(path, target.Path));
        if (own.Any(path => !(measures && Path.GetFileName(path) == CalibrationTable.FileName) && !IsResult(path)))
            throw refusal();
    }

    private static bool IsCalibration(Option option) => option.Parents.Any(parent => parent.Name == "calibrate");

    private static bool IsResult(string path) =>
        ResultExtensions.Contains(Path.GetExtension(path)) || CacheFile.LooksLikeCache(path) || FileLeafStore.LooksLikeLeaves(path)
        || Book.LooksLikeBook(path);

    private static string[] ListOf(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            // Loading the model says what is wrong with the folder.
            return [];
        }
    }

    private static string Shown(Symbol symbol) => symbol is Option ? symbol.Name : $"the {symbol.Name}";
}
