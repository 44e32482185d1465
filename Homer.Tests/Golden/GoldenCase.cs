using System.Globalization;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Golden;

/// <summary>
/// A recorded run of the published implementation, or of an independent implementation for settings that the published one does not have.
/// </summary>
internal sealed class GoldenCase : IDisposable
{
    private readonly SafetensorsFile file;

    public GoldenCase(string path) => file = SafetensorsFile.Open(path);

    public ContextInput Input => new(Integers("prefix_ids"), Integers("context_ids"), Integers("suffix_ids"));

    public int[] Greedy => Integers("greedy");

    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => file.Tensors;

    public HomerOptions Options => new()
    {
        Chunk = Number("max_chunk_length"),
        Target = Number("target_length"),
        Warmup = Number("warmup_layers"),
        InitialChunk = Number("max_initial_chunk_length") is > 0 and int initial ? initial : null,
        Pooling = Number("pooling", 1),
        RereadSuffix = Number("reread") == 1,
        Accumulate = Number("accumulate") == 1,
        AccumulateFrom = file.Metadata.ContainsKey("accumulate_from") ? Number("accumulate_from") : null,
    };

    public RopeScaling RopeScaling => file.Metadata["rope_scaling"] == "none"
        ? RopeScaling.None
        : RopeScaling.Create(
            file.Metadata["rope_scaling"],
            double.Parse(file.Metadata["rope_factor"], CultureInfo.InvariantCulture),
            Number("rope_original_max_position"));

    public CalibrationTable Calibration
    {
        get
        {
            IReadOnlyList<long> shape = file["bias"].Shape;
            return new((int)shape[0], (int)shape[1], Floats("bias"), file.Tensors.ContainsKey("scale") ? Floats("scale") : null);
        }
    }

    public string ModelFolder => file.Metadata["model"] switch
    {
        // Recorded with an earlier homer-mini.
        "homer-mini" => SharedData.Require("models/homer-mini"),
        "stories260K" => SharedData.Require("models/stories260K"),
        string name => Model(name),
    };

    public static string Data => Path.Combine(AppContext.BaseDirectory, "Golden", "data");

    /// <summary>Returns the folder of a recorded model.</summary>
    public static string Model(string name) => Path.Combine(Data, "models", name);

    public int[] Integers(string name) => file.ReadArray<int>(name);

    public float[] Floats(string name) => file.ReadArray<float>(name);

    public void Dispose() => file.Dispose();

    private int Number(string name, int byDefault = 0) =>
        file.Metadata.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : byDefault;
}
