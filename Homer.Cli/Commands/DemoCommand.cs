using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer demo</c>: three methods look for a pass key in a document of sixty times homer-mini's window.</summary>
internal static class DemoCommand
{
    private const int DefaultTokens = 16 * 1024;

    // All methods would take more than two minutes; homer ask runs the others.
    private static readonly string[] Methods = ["truncate", "plain", "homer"];

    public static Command Create()
    {
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the document and its pass key",
            DefaultValueFactory = _ => 8,
            HelpName = "N",
        }.AtLeast(0);
        Option<string> model = CommonOptions.Model();
        var tokens = new Option<int?>("--tokens")
        {
            Description = $"Length of the document for another model, in tokens [default: {DefaultTokens}]",
            HelpName = "N",
        }.AtLeast(1);
        var command = new Command(
            "demo", "Show a two-minute tour: three methods look for a pass key in a document 60 times the model's window")
        {
            model, seed, tokens,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            if (!IsGiven(parsed) && parsed.GetValue(tokens) is not null)
                throw new UsageException("--tokens is the length of another model's document; give --model as well, or leave it out.");
            using HomerEngine engine = Load(parsed, cancellation);
            bool isMini = engine.Template.Knows is not null;
            DemoCase hidden = isMini
                ? DemoCase.OfPassKey(engine, parsed.GetValue(seed), cancellation)
                : DemoCase.OfNumber(engine, parsed.GetValue(seed), parsed.GetValue(tokens) ?? DefaultTokens, cancellation);
            string path = DemoDocument.Write(hidden.Text);
            ContextInput input = hidden.Input;
            int window = engine.Model.Config.Window;
            bool json = parsed.WantsJson();
            if (!json)
            {
                Console.Out.WriteLine($"A village chronicle of {input.Document.Count:N0} tokens is in {path}.");
                Console.Out.WriteLine($"A third of the way in it says: {hidden.Told} The model's window is {window} tokens.");
                if (engine.Template.Knows is { } knows)
                    Terminal.Note(knows);
                DeviceDescription device = engine.Model.Device.Description;
                Console.Out.WriteLine($"On {device.Id} ({device.Features}), we ask: {hidden.Question}");
            }

            List<Attempt> attempts = [.. Methods.Select(Try)];
            if (json)
            {
                Terminal.WriteJson(new
                {
                    Document = path,
                    Tokens = input.Length,
                    Window = window,
                    PassKey = hidden.Key,
                    Attempts = attempts,
                });
                return ExitCode.Success;
            }

            Table table = new Table().AddColumns("method", "answer", "", "seconds", "memory beyond weights").Border(TableBorder.Rounded);
            table.Columns[3].RightAligned();
            foreach (Attempt attempt in attempts)
            {
                double seconds = attempt.Answer.Timings.PrefillSeconds + attempt.Answer.Timings.DecodeSeconds;
                table.AddRow(
                    attempt.Method,
                    Markup.Escape(attempt.Answer.Text.Trim()),
                    attempt.Right ? "[green]right[/]" : "[red]wrong[/]",
                    seconds.ToString("0.0", CultureInfo.InvariantCulture),
                    Terminal.Bytes(attempt.Answer.Memory.PeakBytes - attempt.Answer.Memory.WeightsBytes));
            }

            Terminal.WriteTable(table);
            foreach (Attempt attempt in attempts)
                Console.Out.WriteLine($"{attempt.Method}: {ContextMethods.Find(attempt.Method).Summary}");
            return ExitCode.Success;

            Attempt Try(string name)
            {
                IContextMethod method = hidden.Calibrated(engine, MethodChoice.Parse(name).Over(hidden.Merging));
                ContextRequest request = engine.Request(input, hidden.Options.MaxTokens, cancellation);
                var reader = new DocumentReader(method, request, hidden.Options);
                Answer answer = Answering.Run(engine, $"{name}: reading", reader, hidden.Options, null);
                return new(name, hidden.IsRight(answer.Text.Trim()), answer);
            }
        }

        HomerEngine Load(ParseResult parsed, CancellationToken cancellation) => IsGiven(parsed)
            ? parsed.LoadEngine(model, null, cancellation)
            : HomerEngine.Load(
                ShippedModel.Folder, parsed.DeviceName(), weights: parsed.Precision(), activations: parsed.PrecisionOfActivations(),
                cancellation: cancellation);

        bool IsGiven(ParseResult parsed) => parsed.GetResult(model) is { Implicit: false };
    }

    private sealed record Attempt(string Method, bool Right, Answer Answer);
}
