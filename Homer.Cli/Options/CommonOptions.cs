using System.CommandLine;
using Homer.Engine;
using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Cli.Options;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Device { get; } = new("--device")
    {
        Description = "auto, cpu, cuda, opencl, with an index (cuda:1) or, for cpu, a number of threads (cpu:1)",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
        HelpName = "DEVICE",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object on stdout and nothing else there",
        Recursive = true,
    };

    public static Option<string> Weights { get; } =
        CreateChoice("--weights", "Hold a model's matrices as stored, or rounded to eight bits while loading", "stored", "int8");

    public static Option<string> Activations { get; } =
        CreateChoice("--activations", "Multiply activations on tensor cores in full, or rounded to 16 bits for up to three times the speed", "full", "rounded");

    /// <summary>A model folder; each command makes its own.</summary>
    public static Option<string> Model() => new("--model") { Description = "Model folder in Hugging Face layout", Required = true, HelpName = "DIR" };

    public static HomerEngine LoadEngine(this ParseResult parsed, Option<string> model, string? calibration = null) =>
        HomerEngine.Load(parsed.GetRequiredValue(model), parsed.GetRequiredValue(Device), calibration, parsed.Precision(), parsed.PrecisionOfActivations());

    public static TransformerModel LoadModel(this ParseResult parsed, string folder, ComputeDevice device) =>
        TransformerModel.Load(folder, device, parsed.Precision(), parsed.PrecisionOfActivations());

    public static WeightPrecision Precision(this ParseResult parsed) => parsed.GetValue(Weights) == "int8" ? WeightPrecision.Int8 : WeightPrecision.Stored;

    public static ActivationPrecision PrecisionOfActivations(this ParseResult parsed) =>
        parsed.GetValue(Activations) == "rounded" ? ActivationPrecision.Rounded : ActivationPrecision.Full;

    public static ComputeDevice OpenDevice(this ParseResult parsed) => DeviceCatalog.Open(parsed.GetRequiredValue(Device));

    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(Json);

    /// <summary>A file to write, whose folder is looked for before the work begins, not after.</summary>
    public static string OutputPath(this ParseResult parsed, Option<string> option)
    {
        string path = parsed.GetValue(option) ?? throw new UsageException($"Give {option.Name}, the file to write.");
        if (path.Length == 0)
            throw new UsageException($"{option.Name} needs the name of a file.");
        return Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder)
            ? throw new HomerException($"Cannot write '{path}': its folder does not exist; choose a folder that does.")
            : path;
    }

    /// <summary>One of two words, for all commands; the first is the default.</summary>
    private static Option<string> CreateChoice(string name, string description, string first, string second)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => first, Recursive = true };
        option.AcceptOnlyFromAmong(first, second);
        return option;
    }

    /// <summary>The text of a file, or of standard input for <c>-</c>.</summary>
    public static string ReadText(string path)
    {
        try
        {
            return path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HomerException($"'{path}' cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
