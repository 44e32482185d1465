using System.Text.Json.Nodes;
using Homer.Engine.Locations;
using Homer.Engine.Models.Gguf;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>The settings and the tensors of a model, from a folder in Hugging Face layout or from a GGUF file.</summary>
/// <param name="Config">The settings.</param>
/// <param name="Weights">The tensors.</param>
internal sealed record ModelSource(ModelConfig Config, WeightFiles Weights) : IDisposable
{
    /// <summary>The settings as a config.json has them, where they come from another place; otherwise null.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>Opens a model.</summary>
    /// <param name="model">The folder, the file, or the name in the Hugging Face hub.</param>
    /// <exception cref="HomerException">There is no such model, or it is incomplete, broken or of an unknown kind.</exception>
    public static ModelSource Open(string model)
    {
        model = ModelPath.Resolve(model);
        if (!ModelFolder.IsFile(model))
            return new(ModelFolder.ReadConfig(model), WeightFiles.Open(model));
        ModelFolder.Require(model);
        return GgufModel.Open(model);
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
