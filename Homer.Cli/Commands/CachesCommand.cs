using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary><c>homer caches</c>: the cache files in a folder, each checked for completeness.</summary>
internal static class CachesCommand
{
    private const int FingerprintDigits = 16;

    private static readonly string[] LengthNames = ["prefix_tokens", "context_tokens", "suffix_tokens"];
    private static readonly string[] SettingNames =
        ["chunk", "target", "warmup", "pruning", "pooling", "accumulate", "reread", "recompute"];

    public static Command Create()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Folder of the cache files",
            DefaultValueFactory = _ => ".",
            HelpName = "DIR",
        };
        var command = new Command("caches", "List the cache files that compress wrote to a folder, and check each for damage") { folder };
        command.SetAction(parsed => Run(parsed, parsed.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(ParseResult parsed, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new HomerException(File.Exists(folder)
                ? $"{Quoted.Path(folder)} is a file, not a folder; give the folder that holds the caches."
                : $"There is no folder {Quoted.Path(folder)}; give one that holds caches.");
        }

        CheckedFile[] files =
            [.. FilesOf(folder).Where(CacheFile.LooksLikeCache).Order(StringComparer.Ordinal).Select(Check)];
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(new
            {
                Caches = files.Select(file => new { file.File, Whole = file.Cache is not null, file.Cache, file.Trouble }),
            });
            return ExitCode.Success;
        }

        Table table = Terminal.CreateTable("cache", "model", "tokens", "of", "settings", "size");
        foreach (CheckedFile file in files)
        {
            if (file.Cache is { } cache)
                table.AddRow([.. Cells(file.File, cache).Select(cell => Markup.Escape(Terminal.OneLine(cell)))]);
            else
                Terminal.Note(file.Trouble!);
        }

        if (files.Length == 0)
            Terminal.Note($"There are no caches in {Quoted.Path(folder)}; make one with homer compress.");
        else if (table.Rows.Count > 0)
            Terminal.WriteTable(table);
        return ExitCode.Success;
    }

    private static string[] FilesOf(string folder)
    {
        try
        {
            return Directory.GetFiles(folder);
        }
        catch (Exception e) when (FileTrouble.Is(e))
        {
            throw FileTrouble.CannotList(folder, e);
        }
    }

    private static CheckedFile Check(string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            return new(name, CacheFile.Describe(path), null);
        }
        catch (HomerException e)
        {
            return new(name, null, e.Message);
        }
    }

    private static string[] Cells(string file, CacheDescription cache)
    {
        long read = LengthNames.Sum(name => long.TryParse(cache.Settings.GetValueOrDefault(name), out long tokens) ? tokens : 0);
        return
        [
            file,
            cache.Fingerprint[..Math.Min(FingerprintDigits, cache.Fingerprint.Length)],
            $"{cache.Tokens:N0} {cache.ElementType}",
            read > 0 ? $"{read:N0}" : "–",
            string.Join(", ", SettingNames.Where(cache.Settings.ContainsKey).Select(name => $"{name} {cache.Settings[name]}")),
            Terminal.Bytes(cache.Bytes),
        ];
    }

    /// <summary>A file that looks like a cache: its description, or the sentence that says why it cannot be used.</summary>
    private sealed record CheckedFile(string File, CacheDescription? Cache, string? Trouble);
}
