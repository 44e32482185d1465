using Homer.Engine.Files;

namespace Homer.Engine.Models;

/// <summary>
/// The parts that a kept file was made with, in its metadata, so that it is used with the same parts alone and a difference is named.
/// </summary>
internal sealed class Provenance
{
    /// <summary>The metadata entry of the weights' precision.</summary>
    public const string Precision = "weights_precision";

    private const string Weights = "weights_fingerprint";
    private const string Configuration = "configuration_fingerprint";
    private const string Tokenizer = "tokenizer_fingerprint";
    private const string Template = "template_fingerprint";

    private readonly IReadOnlyList<Part> parts;

    private Provenance(IReadOnlyList<Part> parts) => this.parts = parts;

    /// <summary>Returns that of a calibration table: weights and configuration.</summary>
    public static Provenance OfTable(TransformerModel model) => new(
    [
        new(Weights, model.Fingerprints.Weights, "other weights"),
        new(Configuration, model.Fingerprints.Configuration, "another configuration (config.json)"),
    ]);

    /// <summary>Returns whether a table's metadata say what it was measured on; hashes nothing.</summary>
    public static bool IsTableNamed(IReadOnlyDictionary<string, string> metadata) =>
        metadata.ContainsKey(Weights) && metadata.ContainsKey(Configuration);

    /// <summary>Returns that of a context: those of a table, the tokenizer, the template and the precision of the weights.</summary>
    public static Provenance OfContext(TransformerModel model) => OfTable(model)
        .With(new(Tokenizer, model.Fingerprints.Tokenizer, "another tokenizer"))
        .With(new(Template, model.Fingerprints.Template, "another prompt template"))
        .With(PrecisionOf(model));

    /// <summary>Returns that of leaves, used again to the bit: weights, configuration, and all that rounds their numbers.</summary>
    public static Provenance OfLeaves(TransformerModel model)
    {
        string activations = Name(model.Activations), arithmetic = model.Device.Arithmetic;
        return OfTable(model)
            .With(PrecisionOf(model))
            .With(new("activations", activations, "--activations {0} instead of " + activations))
            .With(new("arithmetic", arithmetic, "another processor ({0} instead of " + arithmetic + ")"))
            .With(new("homer_version", Version, "Homer {0} instead of " + Version));
    }

    /// <summary>The version of the library.</summary>
    public static string Version { get; } = typeof(Provenance).Assembly.GetName().Version!.ToString(3);

    /// <summary>The names of all entries of a context's metadata.</summary>
    public static IReadOnlyList<string> ContextEntries { get; } = [Weights, Configuration, Tokenizer, Template, Precision];

    /// <summary>The entries, to be written into a file's metadata.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries => parts.Select(part => KeyValuePair.Create(part.Entry, part.Value));

    /// <summary>Returns whether metadata name all of the parts.</summary>
    public bool IsIn(IReadOnlyDictionary<string, string> metadata) => parts.All(part => metadata.ContainsKey(part.Entry));

    /// <summary>
    /// Returns what a file was made with that differs, in words that follow "made with"; null where nothing does. Needs all entries.
    /// </summary>
    public string? Difference(IReadOnlyDictionary<string, string> metadata)
    {
        string[] different =
        [
            .. parts.Where(part => metadata[part.Entry] != part.Value)
                .Select(part => part.Words.Replace("{0}", Quoted.Word(metadata[part.Entry]), StringComparison.Ordinal)),
        ];
        return different.Length == 0 ? null : string.Join(" and ", different);
    }

    /// <summary>Returns what two files were made with that differs, as <see cref="Difference"/> does; null where nothing does.</summary>
    /// <param name="metadata">The metadata of the one.</param>
    /// <param name="others">The metadata of the other, in whose words a difference is put.</param>
    public static string? DifferenceOf(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, string> others) =>
        new Provenance(
        [
            new(Weights, others[Weights], "other weights"),
            new(Configuration, others[Configuration], "another configuration (config.json)"),
            new(Tokenizer, others[Tokenizer], "another tokenizer"),
            new(Template, others[Template], "another prompt template"),
            new(Precision, others[Precision], "--weights {0} instead of " + Quoted.Word(others[Precision])),
        ]).Difference(metadata);

    private static Part PrecisionOf(TransformerModel model)
    {
        string precision = Name(model.Precision);
        return new(Precision, precision, "--weights {0} instead of " + precision);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private Provenance With(Part part) => new([.. parts, part]);

    /// <param name="Entry">The name of the metadata entry.</param>
    /// <param name="Value">The value.</param>
    /// <param name="Words">The words for another value, which stands for {0}.</param>
    private sealed record Part(string Entry, string Value, string Words);
}
