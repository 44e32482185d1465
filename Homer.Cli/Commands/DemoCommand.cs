using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary>The command <c>homer demo</c>: three methods look for a pass key in a document of sixty times homer-mini's window.</summary>
internal static class DemoCommand
{
    private const int Characters = 141_000;

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
        var command = new Command(
            "demo", "Show a two-minute tour: three methods look for a pass key in a document 60 times the model's window") { seed };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            (string text, string key) = VillageChronicle.Write(parsed.GetValue(seed), Characters, depth: 0.37);
            string path = DemoDocument.Write(text);
            using HomerEngine engine = HomerEngine.Load(
                ShippedModel.Folder,
                parsed.DeviceName(),
                weights: parsed.Precision(),
                activations: parsed.PrecisionOfActivations(),
                cancellation: cancellation);
            string question = engine.Template.Ask("What is the pass key?");
            ContextInput input = engine.Encode(engine.Template.Prefix, text, question, cancellation);
            int window = engine.Model.Config.Window;
            bool json = parsed.WantsJson();
            if (!json)
            {
                Console.Out.WriteLine($"A village chronicle of {input.Document.Count:N0} tokens is in {path}.");
                Console.Out.WriteLine($"A third of the way in it says: The pass key is #{key}. The model's window is {window} tokens.");
                if (engine.Template.Knows is { } knows)
                    Terminal.Note(knows);
                DeviceDescription device = engine.Model.Device.Description;
                Console.Out.WriteLine($"On {device.Id} ({device.Features}), we ask: {question}");
            }

            List<Attempt> attempts = [.. Methods.Select(Try)];
            if (json)
            {
                Terminal.WriteJson(new { Document = path, Tokens = input.Length, Window = window, PassKey = key, Attempts = attempts });
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
                // An answer is one sentence.
                var options = new GenerationOptions { MaxTokens = 24, Stop = [".", engine.Template.Stop] };
                IContextMethod method = engine.Calibrated(MethodChoice.Parse(name).Over(HomerOptions.Best));
                var reader = new DocumentReader(method, engine.Request(input, options.MaxTokens, cancellation), options);
                Answer answer = Answering.Run(engine, $"{name}: reading", reader, options, null);
                return new(name, answer.Text.EndsWith("#" + key, StringComparison.Ordinal), answer);
            }
        }
    }

    private sealed record Attempt(string Method, bool Right, Answer Answer);
}
