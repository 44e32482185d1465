using System.CommandLine;
using Homer.Cli.Bench;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Cli.Commands;

/// <summary><c>homer bench</c>: how fast a model reads and writes, beside what the device can do at best.</summary>
internal static class BenchCommand
{
    // Repetitions that deviate by more are no measurement of the program alone.
    private const double LargestDeviation = 0.1;

    private const int FewestRepetitions = 1;
    private const int MostRepetitions = 1000;

    public static Command Create()
    {
        var model = new Option<string?>("--model") { Description = "Model folder in Hugging Face layout", HelpName = "DIR" };
        var random = new Option<string?>("--random-weights") { Description = "A config.json instead: a model of that shape with random weights", HelpName = "FILE" };
        var type = new Option<string>("--type") { Description = "How random weights are stored", DefaultValueFactory = _ => "bf16" };
        type.AcceptOnlyFromAmong([.. RandomWeights.Types.Select(NameOf)]);
        Option<string> prompts = Lengths("--pp", "Lengths of prompts to read; 0 for none", "512");
        Option<string> generated = Lengths("--tg", "Lengths of texts to write; 0 for none", "128");
        Option<string> depths = Lengths("--depth", "Tokens that were read before writing begins", "0");
        var methods = new Option<string>("--method")
        {
            Description = $"How long contexts are handled: {string.Join(", ", SpeedCase.Methods)}, or several",
            DefaultValueFactory = _ => "plain",
            HelpName = "NAME,…",
        };
        var repetitions = new Option<int>("--repetitions") { Description = "How often each test is repeated, after one that does not count", DefaultValueFactory = _ => 5, HelpName = "N" };
        var format = new Option<string>("--format") { Description = "How results are printed", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong([.. BenchFormats.All.Keys]);
        var command = new Command("bench", "Measure how fast a model reads and writes; --device takes several, such as cpu,cpu:1")
        {
            model, random, type, prompts, generated, depths, methods, repetitions, format,
        };
        var merging = new MergingOptions(command, "best");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string? folder = parsed.GetValue(model), config = parsed.GetValue(random);
            if (folder is null == config is null)
                throw new UsageException("Give either --model or --random-weights.");
            int times = parsed.GetValue(repetitions);
            if (times is < FewestRepetitions or > MostRepetitions)
                throw new UsageException($"--repetitions must be between {FewestRepetitions} and {MostRepetitions}, not {times}.");
            string[] names = [.. parsed.GetRequiredValue(methods).Split(',', StringSplitOptions.TrimEntries).Distinct()];
            if (names.FirstOrDefault(name => !SpeedCase.Methods.Contains(name)) is { } unknown)
                throw new UsageException($"'{unknown}' is not a method to be measured; use {string.Join(", ", SpeedCase.Methods)}.");
            IReadOnlyList<SpeedCase> cases = SpeedCase.Matrix(names, Numbers(prompts), Numbers(generated), Numbers(depths));
            if (cases.Count == 0)
                throw new UsageException("There is nothing to measure; give a length other than 0 for --pp or --tg.");

            List<SpeedReport> reports = [];
            (long parameters, long bytes) = (0, 0);
            foreach (string name in parsed.GetRequiredValue(CommonOptions.Device).Split(',', StringSplitOptions.TrimEntries))
            {
                using ComputeDevice device = DeviceCatalog.Open(name);
                using TransformerModel llama = folder is not null
                    ? parsed.LoadModel(folder, device)
                    : TransformerModel.Random(ModelConfig.Read(config!), TypeOf(parsed.GetValue(type)!), device, parsed.Precision(), parsed.PrecisionOfActivations());
                (parameters, bytes) = (llama.Config.ParameterCount, device.Memory.Of(MemoryUse.Weights));
                HomerOptions options = merging.Read(parsed, llama.Config);
                reports.Add(Terminal.WithProgress(
                    $"Measuring {cases.Count} test{(cases.Count == 1 ? "" : "s")} on {device.Description.Id}",
                    progress => SpeedTest.RunAll(llama, options, cases, times, progress, cancellation)));
            }

            var report = new BenchReport(
                $"{folder ?? $"random {parsed.GetValue(type)} weights of {config}"}{(parsed.Precision() == WeightPrecision.Int8 ? ", rounded to int8" : "")}",
                parameters, bytes, Processor.Description, ParallelForCost.Measure(cancellation), reports);
            BenchFormats.All[parsed.WantsJson() ? "json" : parsed.GetValue(format)!](report);
            WarnOfNoise(report);
            return ExitCode.Success;

            int[] Numbers(Option<string> option) => NumberList.Lengths(parsed.GetRequiredValue(option), least: 0);
        }
    }

    private static void WarnOfNoise(BenchReport report)
    {
        string[] noisy = [.. report.Results.Where(result => result.Times.Deviation > LargestDeviation * result.Times.Mean).Select(result => $"{result.Case.Name} on {result.Device}")];
        if (noisy.Length > 0)
            Terminal.Note($"Repetitions deviate by more than {LargestDeviation:0 %} in {string.Join(", ", noisy)}: the machine is busy with something else.");
    }

    private static Option<string> Lengths(string name, string description, string byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault, HelpName = "N,N,…" };

    private static string NameOf(SafetensorsType type) => type.Name().ToLowerInvariant();

    private static SafetensorsType TypeOf(string name) => RandomWeights.Types.Single(type => NameOf(type) == name);
}
