using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Cli.Options;

/// <summary>The options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Device { get; } = new Option<string>("--device")
    {
        Description = "Device: auto, cpu, cuda or opencl, with an index (cuda:1) or, for cpu, a number of threads (cpu:1)",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
        HelpName = "DEVICE",
    }.Checked(DeviceCatalog.RequireNames);

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the result as one JSON object on stdout, and nothing else there",
        Recursive = true,
    };

    public static Option<string> Weights { get; } = CreateChoice(
        "--weights", "Precision of the weight matrices: as stored, or rounded to int8 while loading", "stored", "int8");

    public static Option<string> Activations { get; } = CreateChoice(
        "--activations", "Precision of activations on tensor cores: full, or rounded to 16 bits for up to three times the speed",
        "full", "rounded");

    /// <summary>Creates the option for a model; every command needs an instance of its own.</summary>
    public static Option<string> Model() => new("--model")
    {
        Description = "Model: a folder in Hugging Face layout, a GGUF file, or the name of one in the Hugging Face cache (ORG/NAME) "
            + $"[default: {ShippedModel.Name}, which comes with homer]",
        DefaultValueFactory = _ => ShippedModel.Folder,
        HelpName = "MODEL",
    };

    /// <summary>Loads a model with its tokenizer on the device that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The option for the model.</param>
    /// <param name="calibration">The calibration table; null for the model's own.</param>
    /// <param name="cancellation">Stops between the steps of loading.</param>
    /// <param name="folder">The model, where something else than the option names it.</param>
    public static HomerEngine LoadEngine(
        this ParseResult parsed, Option<string> model, string? calibration, CancellationToken cancellation, string? folder = null)
    {
        // What is wrong with the command line is told before a model is looked for.
        string device = parsed.DeviceName();
        HomerEngine engine = HomerEngine.Load(
            folder ?? parsed.ModelFolder(model), device, calibration, parsed.Precision(), parsed.PrecisionOfActivations(), cancellation);
        Warn(engine.Model);
        foreach (string note in engine.Tokenizer.Notes)
            Terminal.Note(note);
        engine.Warn = Terminal.Note;
        return engine;
    }

    /// <summary>
    /// Returns the folder or file of the model: that which was given, by its path or its name in the Hugging Face hub, or the one that
    /// ships with the command, which is then said.
    /// </summary>
    /// <exception cref="HomerException">The hub's cache has no model of that name, or not all of it.</exception>
    public static string ModelFolder(this ParseResult parsed, Option<string> model)
    {
        if (parsed.GetResult(model) is not { Implicit: false })
            ShippedModel.Announce();
        return ModelPath.Resolve(parsed.GetRequiredValue(model));
    }

    /// <summary>Loads a model on a device.</summary>
    public static TransformerModel LoadModel(
        this ParseResult parsed, string folder, ComputeDevice device, CancellationToken cancellation)
    {
        var model = TransformerModel.Load(folder, device, parsed.Precision(), parsed.PrecisionOfActivations(), cancellation);
        Warn(model);
        return model;
    }

    /// <summary>Returns the value of <c>--weights</c>.</summary>
    public static WeightPrecision Precision(this ParseResult parsed) =>
        parsed.GetValue(Weights) == "int8" ? WeightPrecision.Int8 : WeightPrecision.Stored;

    /// <summary>Returns the value of <c>--activations</c>.</summary>
    public static ActivationPrecision PrecisionOfActivations(this ParseResult parsed) =>
        parsed.GetValue(Activations) == "rounded" ? ActivationPrecision.Rounded : ActivationPrecision.Full;

    /// <summary>Opens the device that the command line names.</summary>
    public static ComputeDevice OpenDevice(this ParseResult parsed) => DeviceCatalog.Open(parsed.DeviceName());

    /// <summary>Returns the name of the device that was given, or <c>auto</c>.</summary>
    /// <exception cref="UsageException">Several were given, which only <c>bench</c> takes.</exception>
    public static string DeviceName(this ParseResult parsed) => parsed.GetRequiredValue(Device) is var name && name.Contains(',')
        ? throw new UsageException($"--device must be one device, not {Quoted.Text(name)}; only homer bench takes several.")
        : name;

    /// <summary>Returns whether the result is to be printed as JSON.</summary>
    public static bool WantsJson(this ParseResult parsed) => parsed.GetValue(Json);

    private static void Warn(TransformerModel model)
    {
        foreach (string note in model.Config.Notes)
            Terminal.Note(note);
    }

    /// <summary>Creates an option of all commands with two choices, of which the first is the default.</summary>
    private static Option<string> CreateChoice(string name, string description, string first, string second)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => first, Recursive = true };
        return option.OneOf(first, second);
    }
}
