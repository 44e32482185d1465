using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Files;
using Homer.Engine.Listing;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary><c>homer models</c>: the models on this machine, and whether each runs; headers are read, and no weights.</summary>
internal static class ModelsCommand
{
    private const long Thousand = 1000;

    public static Command Create()
    {
        var folders = new Argument<string[]>("folders")
        {
            Description = "Further folders to search, with those below them",
            HelpName = "DIR",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("models", "List the models on this machine, and whether each runs") { folders };
        command.SetAction((parsed, cancellation) =>
            Task.FromResult(Run(parsed.WantsJson(), ModelList.Find(parsed.GetValue(folders) ?? [], null, cancellation))));
        return command;
    }

    private static int Run(bool json, IReadOnlyList<(ModelPlace Place, FoundModel[] Models)> places)
    {
        if (json)
        {
            WriteJson(places);
            return ExitCode.Success;
        }

        foreach ((ModelPlace place, FoundModel[] models) in places.Where(place => place.Models.Length > 0))
        {
            Console.Out.WriteLine(Terminal.OneLine($"{place.Name}: {place.Path}"));
            Table table = Terminal.CreateTable("--model", "size", "parameters", "family", "window", "type", "runs");
            foreach (FoundModel model in models)
                table.AddRow([.. Cells(model).Select(cell => Markup.Escape(Terminal.OneLine(cell)))]);
            Terminal.WriteTable(table);
        }

        if (places.All(place => place.Models.Length == 0))
        {
            string looked = string.Join(", ", places.Select(place => $"{Quoted.Path(place.Place.Path)} ({place.Place.Name})"));
            Terminal.Note($"There are no models in {looked}; download one, such as by hf download ORG/NAME, or name the folder to search.");
        }

        return ExitCode.Success;
    }

    private static void WriteJson(IReadOnlyList<(ModelPlace Place, FoundModel[] Models)> places) => Terminal.WriteJson(new
    {
        Models = places.SelectMany(place => place.Models.Select(model => new
        {
            model.Name,
            Place = place.Place.Name,
            model.Path,
            model.SizeBytes,
            model.Parameters,
            model.Family,
            model.Window,
            model.Type,
            model.Runs,
            Tokenizer = model.Runs ? model.TokenizerRefusal is null : (bool?)null,
            model.Reason,
            Message = model.Refusal ?? model.TokenizerRefusal,
        })),
        Places = places.Select(place => new { place.Place.Name, place.Place.Path, Exists = Path.Exists(place.Place.Path) }),
    });

    private static string[] Cells(FoundModel model) =>
    [
        model.Name,
        Terminal.Bytes(model.SizeBytes),
        model.Parameters is { } parameters ? Count(parameters) : "",
        model.Family ?? "",
        model.Window is { } window ? window.ToString("N0", CultureInfo.InvariantCulture) : "",
        model.Type ?? "",
        (model.Runs, model.Reason) switch
        {
            (true, null) => "yes",
            (true, { } reason) => $"on token ids alone: {reason}",
            (false, { } reason) => $"no: {reason}",
            _ => "no",
        },
    ];

    private static string Count(long parameters) => parameters switch
    {
        < Thousand * Thousand => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e3:0.#}k"),
        < Thousand * Thousand * Thousand => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.#}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.#}B"),
    };
}
