using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary><c>homer caches</c>: the finished contexts in a folder, each checked to be as it was written.</summary>
internal static class CachesCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "Where to look", DefaultValueFactory = _ => ".", HelpName = "DIR" };
        var command = new Command("caches", "List the caches that compress wrote to a folder, and check that they are whole") { folder };
        command.SetAction(parsed => Run(parsed, parsed.GetRequiredValue(folder)));
        return command;
    }

    private static int Run(ParseResult parsed, string folder)
    {
        if (!Directory.Exists(folder))
            throw new HomerException($"There is no folder {folder}; give one that holds caches.");
        (string File, CacheDescription? Cache, string? Trouble)[] found =
            [.. Directory.EnumerateFiles(folder).Where(CacheFile.LooksLikeCache).Order(StringComparer.Ordinal).Select(Check)];
        if (parsed.WantsJson())
        {
            Terminal.WriteJson(new { Caches = found.Select(entry => new { entry.File, Whole = entry.Cache is not null, entry.Cache, entry.Trouble }) });
            return ExitCode.Success;
        }

        Table table = new Table().AddColumns("cache", "model", "tokens", "of", "settings", "size").Border(TableBorder.Rounded);
        foreach ((string file, CacheDescription? cache, string? trouble) in found)
        {
            if (cache is null)
                Terminal.Note(trouble!);
            else
                table.AddRow([.. Cells(file, cache).Select(Markup.Escape)]);
        }

        if (found.Length == 0)
            Terminal.Note($"There are no caches in {folder}; make one with homer compress.");
        else
            Terminal.WriteTable(table);
        return ExitCode.Success;
    }

    private static (string File, CacheDescription? Cache, string? Trouble) Check(string path)
    {
        try
        {
            return (Path.GetFileName(path), CacheFile.Describe(path), null);
        }
        catch (HomerException e)
        {
            return (Path.GetFileName(path), null, e.Message);
        }
    }

    private static string[] Cells(string file, CacheDescription cache)
    {
        string[] lengths = ["prefix_tokens", "context_tokens", "suffix_tokens"];
        long read = lengths.Sum(name => long.TryParse(cache.Settings.GetValueOrDefault(name), out long tokens) ? tokens : 0);
        string[] settings = ["chunk", "target", "warmup", "pruning", "pooling", "accumulate", "reread"];
        return
        [
            file, cache.Fingerprint[..Math.Min(16, cache.Fingerprint.Length)], $"{cache.Tokens:N0} {cache.ElementType}", read > 0 ? $"{read:N0}" : "–",
            string.Join(", ", settings.Where(cache.Settings.ContainsKey).Select(name => $"{name} {cache.Settings[name]}")), Terminal.Bytes(cache.Bytes),
        ];
    }
}
