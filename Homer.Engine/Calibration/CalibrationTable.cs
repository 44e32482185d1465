using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Engine.Weights;

namespace Homer.Engine.Calibration;

/// <summary>
/// The attention logits that are usual for a model: for each layer, the mean at each distance, which significance is measured against, and
/// the standard deviation, which makes layers comparable. A file holds the means as <c>bias</c> F32 [layers, distances] and the deviations
/// as <c>scale</c> F32 [layers] (safetensors); what was learned for recall is there as well (<see cref="RecallFile"/>).
/// </summary>
public sealed class CalibrationTable
{
    /// <summary>The name of the table in a model folder.</summary>
    public const string FileName = "homer-bias.safetensors";

    private readonly float[] meanLogits;
    private readonly float[]? scale;

    // The file that the table was read from.
    private string? path;
    private IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();

    /// <summary>Creates a table.</summary>
    /// <param name="layers">The number of layers of the model.</param>
    /// <param name="distances">The number of distances that are covered: 0 … distances − 1.</param>
    /// <param name="meanLogits">The mean logits [layers, distances].</param>
    /// <param name="scale">The standard deviations [layers]; null for a table of a tool that measured none.</param>
    public CalibrationTable(int layers, int distances, float[] meanLogits, float[]? scale)
    {
        ArgumentNullException.ThrowIfNull(meanLogits);
        ArgumentOutOfRangeException.ThrowIfNotEqual(meanLogits.LongLength, (long)layers * distances);
        Layers = layers;
        Distances = distances;
        this.meanLogits = meanLogits;
        this.scale = scale;
    }

    /// <summary>The number of layers of the model it was measured on.</summary>
    public int Layers { get; }

    /// <summary>The number of distances that are covered, from 0 on.</summary>
    public int Distances { get; }

    /// <summary>Whether the table has standard deviations, which accumulated significance needs.</summary>
    public bool HasScale => scale is not null;

    /// <summary>The mean logits [layers, distances].</summary>
    public ReadOnlySpan<float> MeanLogits => meanLogits;

    /// <summary>The settings of recall that were learned; null where none were.</summary>
    public RecallSettings? Recall { get; init; }

    /// <summary>Returns this table with what was learned for finding passages.</summary>
    /// <param name="settings">The settings; null for none.</param>
    public CalibrationTable WithRecall(RecallSettings? settings) =>
        new(Layers, Distances, meanLogits, scale) { path = path, metadata = metadata, Recall = settings };

    /// <summary>Returns a layer's standard deviation; 1 where none was measured.</summary>
    public float Scale(int layer) => scale?[layer] ?? 1;

    /// <summary>
    /// Reads the table at a path or, without one, that in the model's folder, or <c>NAME.homer-bias.safetensors</c> beside
    /// <c>NAME.gguf</c>; returns null where there is none.
    /// </summary>
    /// <exception cref="HomerException">The file is missing, broken, or no calibration table.</exception>
    public static CalibrationTable? Of(string modelFolder, string? path)
    {
        ArgumentNullException.ThrowIfNull(modelFolder);
        path ??= CompanionFile.Of(ModelPath.Resolve(modelFolder), FileName);
        return path is null ? null : Read(path);
    }

    /// <summary>Reads a table from a file.</summary>
    /// <exception cref="HomerException">The file is missing, broken, or no calibration table.</exception>
    public static CalibrationTable Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsTensor bias = file["bias"];
        if (bias.Shape is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue])
            throw new HomerException($"{path}: bias must have shape [layers, distances]; make the table anew with homer calibrate.");
        float[] values = file.ReadArray<float>("bias");
        float[]? scale = file.Tensors.ContainsKey("scale") ? file.ReadArray<float>("scale") : null;
        if (scale is not null && (scale.Length != bias.Shape[0] || !Array.TrueForAll(scale, s => s > 0 && float.IsFinite(s))))
        {
            throw new HomerException(
                $"{path}: scale must hold one positive number for each of {bias.Shape[0]} layers; "
                + "make the table anew with homer calibrate.");
        }

        return Array.TrueForAll(values, float.IsFinite)
            ? new((int)bias.Shape[0], (int)bias.Shape[1], values, scale)
            {
                path = path,
                metadata = file.Metadata,
                Recall = RecallFile.Read(file, path),
            }
            : throw new HomerException($"{path}: bias holds values that are not finite; make the table anew with homer calibrate.");
    }

    /// <summary>Refuses a table that was measured on another model.</summary>
    /// <param name="model">The model that the table is to be used with.</param>
    /// <returns>
    /// A word of warning where the table's file does not say which model it was measured on, and so had to be taken as it is; otherwise
    /// null.
    /// </returns>
    /// <exception cref="HomerException">The table's file names other weights or another configuration.</exception>
    public string? RequireOf(TransformerModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (path is null)
            return null;
        if (!Provenance.IsTableNamed(metadata))
        {
            return $"The calibration table {path} does not say which model it was measured on, and is taken as it is; "
                + "homer calibrate writes one that does.";
        }

        return Provenance.OfTable(model).Difference(metadata) is { } difference
            ? throw new HomerException(
                $"The calibration table {path} is of another model: it was measured with {difference}; "
                + "measure one with homer calibrate, or do without by --bias none.")
            : null;
    }

    /// <summary>Writes the table, replacing the file only when it is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">Texts to write with it.</param>
    /// <param name="model">The model that it was measured on, whose fingerprints are written; null for none.</param>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public void Write(string path, IReadOnlyDictionary<string, string>? metadata = null, TransformerModel? model = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (model is not null)
        {
            var named = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>())
            {
                ["model_fingerprint"] = model.Fingerprint,
            };
            foreach ((string entry, string value) in Provenance.OfTable(model).Entries)
                named[entry] = value;
            metadata = named;
        }

        List<SafetensorsPart> parts = [SafetensorsPart.Create("bias", meanLogits, Layers, Distances)];
        if (scale is not null)
            parts.Add(SafetensorsPart.Create("scale", scale, Layers));
        if (Recall is not null)
        {
            metadata = RecallFile.With(metadata, Recall);
            parts.Add(RecallFile.Heads(Recall));
        }

        SafetensorsWriter.Write(path, metadata, parts);
    }
}
