using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;

namespace Homer.Engine.Models;

/// <summary>
/// Writes the model of a GGUF file as a folder in Hugging Face layout: the settings and the tensors that the file is read as, its tokenizer
/// and its chat templates, so that the folder computes and answers what the file does.
/// </summary>
public static class ModelConversion
{
    private const string WeightsName = "model.safetensors";

    // Settings that generation_config.json has, too.
    private static readonly string[] TokenNames = ["bos_token_id", "eos_token_id", "pad_token_id"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The types that weights can be written in, and what config.json calls them.</summary>
    public static IReadOnlyDictionary<SafetensorsType, string> Types { get; } = new Dictionary<SafetensorsType, string>
    {
        [SafetensorsType.F32] = "float32",
        [SafetensorsType.F16] = "float16",
        [SafetensorsType.BF16] = "bfloat16",
    };

    /// <summary>
    /// Writes config.json, generation_config.json, model.safetensors, tokenizer.json and tokenizer_config.json, completely or not at all;
    /// the last two where the file has a tokenizer. Tensors are widened and rounded piece by piece, so that memory does not grow with the
    /// model.
    /// </summary>
    /// <param name="file">The GGUF file, or the first of its parts.</param>
    /// <param name="folder">The folder to create; it may exist if it is empty.</param>
    /// <param name="type">One of <see cref="Types"/>: F32 keeps every weight exactly, the others round to the nearest number.</param>
    /// <param name="progress">Gets the share that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops the work, and deletes what was written.</param>
    /// <exception cref="HomerException">
    /// The file cannot be used, the folder is not empty or cannot be written, or a weight is too large for the type.
    /// </exception>
    public static ConvertedModel Convert(
        string file, string folder, SafetensorsType type, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(folder);
        if (!Types.ContainsKey(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, null);
        file = ModelPath.Resolve(file);
        using var output = new NewFolder(
            folder, [WeightsName, GenerationConfig.FileName, ModelFolder.ConfigName, .. TokenizerConversion.FileNames]);
        using ModelSource source = Open(file);
        JsonObject settings = source.Settings!.DeepClone().AsObject();
        settings["torch_dtype"] = Types[type];
        ConvertedModel written = WriteWeights(output[WeightsName], source, type, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        JsonObject generation = settings.DeepClone().AsObject();
        foreach (string name in settings.Select(setting => setting.Key).Except(TokenNames))
            generation.Remove(name);
        WriteJson(output[GenerationConfig.FileName], generation);
        WriteJson(output[ModelFolder.ConfigName], settings);
        List<string> notes = [.. written.Notes];
        (bool hasTokenizer, bool hasTemplate) = TokenizerConversion.Write(file, output, source.Config.Window, notes);
        output.Commit();
        return written with { Notes = notes, HasTokenizer = hasTokenizer, HasTemplate = hasTemplate };
    }

    private static ModelSource Open(string file)
    {
        if (Directory.Exists(file))
            throw new HomerException($"{Quoted.Path(file)} is a folder; give a GGUF file, or the first of its parts.");
        if (!ModelFolder.IsFile(file))
            throw new HomerException($"There is no file {Quoted.Path(file)}; give a GGUF file, or the first of its parts.");
        return ModelSource.Open(file);
    }

    private static ConvertedModel WriteWeights(
        string path, ModelSource source, SafetensorsType type, Action<double>? progress, CancellationToken cancellation)
    {
        WeightFiles weights = source.Weights;
        using var owned = new Lifetime();
        // The plan refuses tensors that are missing, too many, or of other shapes than the settings ask for.
        IReadOnlyList<string> notes = new WeightPlan(weights, source.Config, WeightPrecision.Stored, owned).Config.Notes;
        string[] names = [.. weights.Names];
        double done = 0, all = names.Sum(name => weights[name].Tensor.ElementCount);
        var writer = new TensorWriter(type, Report);
        SafetensorsPart[] parts =
        [
            .. names.Select(name => new SafetensorsPart(
                name, type, weights[name].Tensor.Shape, stream => writer.Write(stream, weights[name]))),
        ];
        SafetensorsWriter.Write(path, new Dictionary<string, string> { ["format"] = "pt" }, parts);
        return new(parts.Length, parts.Sum(part => part.ByteLength), notes);

        void Report(int elements)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke((done += elements) / all);
        }
    }

    private static void WriteJson(string path, JsonObject json) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n")));
}
