using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Models.Gguf;

/// <summary>Recognizes GGUF files that lie beside models and are none.</summary>
internal static class GgufCompanions
{
    /// <summary>Refuses a file that holds something else than a language model, and says what.</summary>
    /// <exception cref="HomerException">It does.</exception>
    public static void Refuse(GgufParts parts)
    {
        GgufKeys keys = parts.Keys;
        string type = Text("general.type") ?? "model", architecture = Text("general.architecture") ?? "";
        bool hasVocabulary = keys.Has("tokenizer.ggml.model") || keys.Has("tokenizer.ggml.tokens");
        string? what = (type, architecture) switch
        {
            ("mmproj", _) or (_, "clip") => "a projector of images or sound into a model (mmproj)",
            ("adapter", _) => $"an adapter ({Text("adapter.type") ?? "LoRA"}), which changes a model",
            ("imatrix", _) => "an importance matrix, which helps to quantize a model",
            ("vocab", _) => "a vocabulary only, without weights",
            _ when keys.Has("adapter.type") => "an adapter, which changes a model",
            _ when keys.Has("imatrix.chunk_count") => "an importance matrix, which helps to quantize a model",
            _ when parts.Tensors.Count == 0 && hasVocabulary => "a vocabulary only, without weights",
            _ => null,
        };
        if (what is not null)
            throw new HomerException($"'{parts.Path}' is {what}; give the GGUF file of the model itself.");
        if (parts.Tensors.Count == 0)
            throw new HomerException($"'{parts.Path}' holds no tensors; give the GGUF file of a model.");

        string? Text(string key) => keys.Has(key) && keys.Text(key) is { } text ? text : null;
    }
}
