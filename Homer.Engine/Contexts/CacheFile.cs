using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.KvCache;

namespace Homer.Engine.Contexts;

/// <summary>
/// A finished context in a file, to be continued later. The file is safetensors with <c>positions</c> and <c>tokens</c> I32 [tokens],
/// <c>layers.{i}.key</c> and <c>.value</c> F32 or F16 [kv_heads, tokens, head_dim] and <c>logits</c> F32 [vocabulary]; its metadata are the
/// settings that made it, the position scaling, the fingerprints of weights, configuration, tokenizer and template, and a checksum.
/// </summary>
public static class CacheFile
{
    // As many as an answer may have tokens; a table of more would take memory before anything shows that they are not there.
    private const int MostPositions = 1 << 24;

    private const string Fingerprint = "model_fingerprint";
    private const string RopeType = "rope_scaling";
    private const string RopeFactor = "rope_factor";
    private const string RopeOriginal = "rope_original";
    private const string RopeLow = "rope_low_frequency";
    private const string RopeHigh = "rope_high_frequency";

    /// <summary>Writes a context, replacing the file only when it is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">The context; tokens that were appended to it count as following the suffix.</param>
    /// <param name="model">The model that read it.</param>
    /// <param name="scaling">The scaling of its positions.</param>
    /// <param name="settings">The options to record with it.</param>
    /// <exception cref="HomerException">
    /// The file cannot be written, or a file cannot hold all that continuing the context takes.
    /// </exception>
    public static void Write(
        string path, KvContext context, TransformerModel model, RopeScaling scaling, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scaling);
        if (!context.IsPortable)
        {
            throw new HomerException(
                "This context cannot be written to a file: its method evicts tokens, or heads keep different ones; "
                + "read the document by another method.");
        }

        var metadata = new Dictionary<string, string>(settings)
        {
            [Fingerprint] = model.Fingerprint,
            [RopeType] = scaling.Type.ToString().ToLowerInvariant(),
            [RopeFactor] = Text(scaling.Factor),
            [RopeOriginal] = Text(scaling.OriginalWindow),
            [RopeLow] = Text(scaling.LowFrequencyFactor),
            [RopeHigh] = Text(scaling.HighFrequencyFactor),
            ["homer_version"] = Provenance.Version,
        };
        foreach ((string entry, string value) in Provenance.OfContext(model).Entries)
            metadata[entry] = value;
        int count = context.Length, heads = model.Config.KvHeads, d = model.Config.HeadDim;
        (IReadOnlyList<int> tokens, IReadOnlyList<int> positions) = context.Survivors;
        int appended = count - tokens.Count;
        tokens = [.. tokens, .. Enumerable.Range(tokens.LastOrDefault(-1) + 1, appended)];
        positions = [.. positions, .. Enumerable.Range(context.NextPosition - appended, appended)];
        List<SafetensorsPart> parts =
        [
            SafetensorsPart.Create<int>("positions", [.. positions], count),
            SafetensorsPart.Create<int>("tokens", [.. tokens], count),
        ];
        for (int layer = 0; layer < model.Config.Layers; layer++)
        {
            // Without refinement a lower layer holds more tokens than the last one.
            int held = context.LengthOf(layer);
            (float[] keys, float[] values) = context.Cache.Read(layer, held);
            model.RequireFinite(keys, $"The keys of layer {layer}", () => layer);
            model.RequireFinite(values, $"The values of layer {layer}", () => layer);
            parts.Add(Part($"layers.{layer}.key", keys, held));
            parts.Add(Part($"layers.{layer}.value", values, held));
        }

        parts.Add(SafetensorsPart.Create("logits", context.ReadLogits(), model.Config.VocabularySize));
        SafetensorsWriter.Write(path, SafetensorsChecksum.Seal(metadata, parts), parts);

        SafetensorsPart Part(string name, float[] values, int held) => context.Cache.Type == CacheType.Float32
            ? SafetensorsPart.Create(name, values, heads, held, d)
            : SafetensorsPart.Create(name, Array.ConvertAll(values, value => (Half)value), heads, held, d);
    }

    /// <summary>Reads a context from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model that made it.</param>
    /// <param name="newTokens">The number of tokens that the context must have room for.</param>
    /// <exception cref="HomerException">The file is missing, broken or of another model, or memory does not suffice.</exception>
    public static KvContext Read(string path, TransformerModel model, int newTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        FingerprintOf(path, file);
        RequireMadeWith(Provenance.OfContext(model), path, file);
        RequireIntact(path, file);
        RopeScaling scaling = Scaling(path, file.Metadata, model.Config.RopeScaling);
        int[] positions = file.ReadArray<int>("positions"), tokens = file.ReadArray<int>("tokens");
        if (positions.Length == 0 || tokens.Length != positions.Length || positions[^1] < 0 || positions[^1] > MostPositions)
            throw Broken(path, "positions and tokens must be lists of the same length, not empty, and end at a position that can be");

        ModelConfig config = model.Config;
        int[] lengths = [.. Enumerable.Range(0, config.Layers).Select(layer => LengthOf(file, path, layer, config))];
        if (lengths[^1] != positions.Length)
            throw Broken(path, "its last layer and its positions differ in length");
        CacheType type = file["layers.0.key"].Type == SafetensorsType.F16 ? CacheType.Float16 : CacheType.Float32;
        KvContext context = KvContext.Create(model, scaling, lengths, positions[^1] + 1, newTokens, type);
        try
        {
            for (int layer = 0; layer < config.Layers; layer++)
                context.Cache.Write(layer, Elements($"layers.{layer}.key"), Elements($"layers.{layer}.value"), lengths[layer]);
            float[] logits = file.ReadArray<float>("logits");
            if (logits.Length != config.VocabularySize)
                throw Broken(path, "its logits are not one for each token of the vocabulary");
            context.SetLogits(logits);
            context.Survivors = (tokens, positions);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }

        ReadOnlySpan<float> Elements(string name) => type == CacheType.Float32
            ? file.Span<float>(name)
            : Array.ConvertAll(file.ReadArray<Half>(name), value => (float)value);
    }

    /// <summary>Describes what a file holds; needs no model.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="HomerException">The file is missing, broken or altered, or no cache.</exception>
    public static CacheDescription Describe(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        string fingerprint = FingerprintOf(path, file);
        RequireIntact(path, file);
        return new(
            file.Path, fingerprint, (int)file["positions"].ElementCount, file["layers.0.key"].Type.Name(), new FileInfo(file.Path).Length,
            file.Metadata.Where(entry => entry.Key is not (Fingerprint or SafetensorsChecksum.Name))
                .ExceptBy(Provenance.ContextEntries, entry => entry.Key).ToDictionary());
    }

    /// <summary>Returns whether a file begins like a cache, be it complete or not.</summary>
    /// <param name="path">The file; false for one that cannot be read.</param>
    public static bool LooksLikeCache(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        // Calibration tables name their model, too, but no scaling of positions.
        return FileBeginning.Holds(path, $"\"{Fingerprint}\"") && FileBeginning.Holds(path, $"\"{RopeType}\"");
    }

    private static string FingerprintOf(string path, SafetensorsFile file) =>
        file.Metadata.TryGetValue(Fingerprint, out string? fingerprint)
        ? fingerprint
        : throw new HomerException($"{path} is not a Homer cache: it names no model; make one with homer compress.");

    private static void RequireMadeWith(Provenance provenance, string path, SafetensorsFile file)
    {
        if (!provenance.IsIn(file.Metadata))
        {
            throw new HomerException(
                $"{path} does not say which configuration and tokenizer made it, as files of older versions; compress the document anew.");
        }

        if (provenance.Difference(file.Metadata) is { } difference)
        {
            throw new HomerException(
                $"{path} is of another model or setting: it was made with {difference}; "
                + "use it with what made it, or compress the document anew.");
        }
    }

    private static void RequireIntact(string path, SafetensorsFile file)
    {
        if (!SafetensorsChecksum.IsIntact(file))
            throw Broken(path, "it was altered since it was written");
    }

    private static int LengthOf(SafetensorsFile file, string path, int layer, ModelConfig config)
    {
        IReadOnlyList<long> keys = file[$"layers.{layer}.key"].Shape, values = file[$"layers.{layer}.value"].Shape;
        bool fits = keys is [var heads, > 0 and <= int.MaxValue, var d] && heads == config.KvHeads && d == config.HeadDim;
        return fits && keys.SequenceEqual(values) ? (int)keys[1] : throw Broken(path, $"layer {layer} does not have the model's shape");
    }

    private static RopeScaling Scaling(string path, IReadOnlyDictionary<string, string> metadata, RopeScaling own)
    {
        string type = metadata.GetValueOrDefault(RopeType, "none");
        // The model's own scaling may have settings that a cache does not record.
        bool isOwn = type.Equals(own.Type.ToString(), StringComparison.OrdinalIgnoreCase)
            && metadata.GetValueOrDefault(RopeFactor) == Text(own.Factor)
            && metadata.GetValueOrDefault(RopeOriginal) == Text(own.OriginalWindow);
        if (isOwn)
            return own;
        if (type == "none")
            return RopeScaling.None;
        double factor = Number(RopeFactor), original = Number(RopeOriginal), low = Number(RopeLow), high = Number(RopeHigh);
        try
        {
            return RopeScaling.Create(type, factor, (int)original) with { LowFrequencyFactor = low, HighFrequencyFactor = high };
        }
        catch (HomerException e)
        {
            throw Broken(path, $"its position scaling is impossible ({e.Message.TrimEnd('.')})");
        }

        double Number(string name) => double.TryParse(metadata.GetValueOrDefault(name), CultureInfo.InvariantCulture, out double number)
            ? number
            : throw Broken(path, $"its position scaling cannot be read: {name} is not a number");
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static HomerException Broken(string path, string what) =>
        new($"{path} is not a whole Homer cache: {what}; make it again with homer compress.");
}
