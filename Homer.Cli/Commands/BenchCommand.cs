using System.CommandLine;
using Homer.Cli.Bench;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Files;
using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Cli.Commands;

/// <summary><c>homer bench</c>: the speed of prefill and decode, beside the ceilings of the device.</summary>
internal static class BenchCommand
{
    // A larger deviation of the repetitions, relative to their mean, is a sign of other load on the machine.
    private const double LargestDeviation = 0.1;

    private const int FewestRepetitions = 1;
    private const int MostRepetitions = 1000;

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var random = new Option<string?>("--random-weights")
        {
            Description = "The config.json of a model to measure with random weights, instead of --model",
            HelpName = "FILE",
        };
        var type = new Option<string>("--type") { Description = "Element type of random weights", DefaultValueFactory = _ => "bf16" };
        type.OneOf([.. RandomWeights.Types.Select(NameOf)]);
        Option<string> prompts = Lengths("--pp", "Comma-separated lengths of prompts for prefill; 0 for none", "512");
        Option<string> generated = Lengths("--tg", "Comma-separated numbers of tokens to decode; 0 for none", "128");
        Option<string> depths = Lengths("--depth", "Comma-separated lengths of the context before decode", "0");
        var methods = new Option<string>("--method")
        {
            Description = $"Comma-separated methods: {string.Join(", ", SpeedCase.Methods)}",
            DefaultValueFactory = _ => "plain",
            HelpName = "NAME,…",
        };
        var repetitions = new Option<int>("--repetitions")
        {
            Description = "Number of measured repetitions of each test, after one that is not counted",
            DefaultValueFactory = _ => 5,
            HelpName = "N",
        }.Numbers(
            $"a whole number from {FewestRepetitions} to {MostRepetitions}",
            number => number is >= FewestRepetitions and <= MostRepetitions);
        var format = new Option<string>("--format") { Description = "Format of the results", DefaultValueFactory = _ => "table" };
        format.OneOf([.. BenchFormats.All.Keys]);
        var command = new Command("bench", "Measure the speed of prefill and decode; --device takes several, such as cpu,cpu:1")
        {
            model, random, type, prompts, generated, depths, methods, repetitions, format,
        };
        var merging = new MergingOptions(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            string? config = parsed.GetValue(random);
            if (config is not null && parsed.GetResult(model) is { Implicit: false })
                throw new UsageException("Give either --model or --random-weights.");
            int times = parsed.GetValue(repetitions);
            string[] names = [.. parsed.GetRequiredValue(methods).Split(',', StringSplitOptions.TrimEntries).Distinct()];
            if (names.FirstOrDefault(name => !SpeedCase.Methods.Contains(name)) is { } unknown)
            {
                throw new UsageException(
                    $"{Quoted.Text(unknown)} is not a method that can be measured; use {string.Join(", ", SpeedCase.Methods)}.");
            }

            IReadOnlyList<SpeedCase> cases = SpeedCase.Matrix(names, Numbers(prompts), Numbers(generated), Numbers(depths));
            if (cases.Count == 0)
                throw new UsageException("There is nothing to measure; give a length other than 0 for --pp or --tg.");
            string? folder = config is null ? parsed.ModelFolder(model) : null;

            List<SpeedReport> reports = [];
            (long parameters, long bytes) = (0, 0);
            foreach (string name in parsed.GetRequiredValue(CommonOptions.Device).Split(',', StringSplitOptions.TrimEntries))
            {
                using ComputeDevice device = DeviceCatalog.Open(name);
                using TransformerModel transformer =
                    folder is not null ? parsed.LoadModel(folder, device, cancellation) : RandomModel(device);
                (parameters, bytes) = (transformer.Config.ParameterCount, device.Memory.Of(MemoryUse.Weights));
                var setup = new SpeedSetup(transformer, merging.Read(parsed, HomerOptions.Best))
                {
                    RopeScaling = merging.Scaling(parsed, transformer.Config),
                    CacheType = merging.Storage(parsed),
                };
                reports.Add(Terminal.WithProgress(
                    $"Measuring {cases.Count} test{(cases.Count == 1 ? "" : "s")} on {device.Description.Id}",
                    progress => SpeedTest.RunAll(setup, cases, times, progress, cancellation)));
            }

            string measured = folder ?? $"random {parsed.GetValue(type)} weights of {config}";
            string rounding = parsed.Precision() == WeightPrecision.Int8 ? ", rounded to int8" : "";
            double parallelFor = ParallelForCost.Measure(cancellation);
            var report = new BenchReport($"{measured}{rounding}", parameters, bytes, Processor.Description, parallelFor, reports);
            BenchFormats.All[parsed.WantsJson() ? "json" : parsed.GetValue(format)!](report);
            WarnOfNoise(report);
            return ExitCode.Success;

            int[] Numbers(Option<string> option) => NumberList.Lengths(parsed.GetRequiredValue(option), least: 0);

            TransformerModel RandomModel(ComputeDevice device) => TransformerModel.Random(
                ModelConfig.Read(config!), TypeOf(parsed.GetValue(type)!), device, parsed.Precision(), parsed.PrecisionOfActivations());
        }
    }

    private static void WarnOfNoise(BenchReport report)
    {
        IEnumerable<SpeedResult> noisy = report.Results.Where(result => result.Times.Deviation > LargestDeviation * result.Times.Mean);
        string tests = string.Join(", ", noisy.Select(result => $"{result.Case.Name} on {result.Device}"));
        if (tests.Length > 0)
            Terminal.Note($"Repetitions deviate by more than {LargestDeviation:0 %} in {tests}: the machine is busy with something else.");
    }

    private static Option<string> Lengths(string name, string description, string lengths) =>
        new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => lengths,
            HelpName = "N,N,…",
        }.Checked(text => NumberList.Lengths(text, least: 0));

    private static string NameOf(SafetensorsType type) => type.Name().ToLowerInvariant();

    private static SafetensorsType TypeOf(string name) => RandomWeights.Types.Single(type => NameOf(type) == name);
}
