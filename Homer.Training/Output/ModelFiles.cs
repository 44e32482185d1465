using Homer.Engine.Files;
using Homer.Engine.Weights;
using Homer.Training.Network;

namespace Homer.Training.Output;

/// <summary>Writes the files of a model folder in the layout of Hugging Face.</summary>
internal static class ModelFiles
{
    /// <summary>
    /// Writes the files that training does not change: the model's shape, its prompt template and its tokenizer's settings.
    /// </summary>
    public static void WriteSettings(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in new[] { "config.json", "homer-prompt.json", "tokenizer_config.json" })
        {
            using Stream resource = typeof(ModelFiles).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"{name} is missing.");
            AtomicFile.Write(Path.Combine(folder, name), resource.CopyTo);
        }
    }

    /// <summary>Writes the weights as 16-bit floats.</summary>
    public static void WriteWeights(string folder, ParameterLayout layout, FloatBlock parameters) => SafetensorsWriter.Write(
        Path.Combine(folder, "model.safetensors"),
        new Dictionary<string, string> { ["format"] = "pt" },
        layout.Tensors.Where(tensor => tensor.Name is not null).Select(tensor => SafetensorsPart.Create(
            tensor.Name!, Array.ConvertAll(parameters.Of(tensor).ToArray(), value => (Half)value),
            tensor.IsNorm ? [tensor.Columns] : [tensor.Rows, tensor.Columns])));
}
