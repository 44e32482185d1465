using Homer.Engine.Files;
using Homer.Engine.Weights;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Models.Gguf;

/// <summary>
/// Recognizes a Gemma that was converted as a Llama, as early files were. All its tensors have the names and shapes of a Llama's, but the
/// activation is another, norms lack the 1 that Gemma adds, and embeddings are not scaled; nothing in the file says so. What gives it away
/// is that its head is the embedding table, as a Llama's rarely is, and either a name or what all Gemmas of that time share: heads of 256
/// elements and a vocabulary of its own.
/// </summary>
internal static class DisguisedGemma
{
    private const string EmbeddingName = "token_embd.weight";
    private const string HeadName = "output.weight";
    private const long HeadDim = 256;
    private const long VocabularySize = 256000;

    // The keys that may hold the name of a model or of the one that it was made from.
    private static readonly string[] NameKeys =
    [
        "general.name", "general.basename", "general.finetune", "general.base_model.0.name", "general.base_model.0.repo_url",
        "general.source.url", "general.source.huggingface.repository", "general.url", "general.repo_url",
    ];

    // The first tokens of Gemma's vocabulary, and those around turns; Llama's begins with <unk>, <s> and </s>.
    private static readonly string[] FirstTokens = ["<pad>", "<eos>", "<bos>", "<unk>"];
    private const string TurnToken = "<start_of_turn>";

    /// <summary>Refuses such a file: its results would be wrong without a word.</summary>
    /// <exception cref="HomerException">It is one, as far as can be seen.</exception>
    public static void Refuse(GgufParts parts, string architecture)
    {
        if (architecture != "llama" || Evidence(parts) is not { } evidence || !IsTied(parts))
            return;
        throw new HomerException(
            $"'{parts.Path}' is a Gemma {evidence}, but a llama by its general.architecture, and its results would be wrong; download a "
            + "newer conversion.");
    }

    private static string? Evidence(GgufParts parts)
    {
        string[] names = [.. NameKeys.Select(key => TextOf(parts.Keys, key)), Path.GetFileName(parts.Path)];
        if (names.FirstOrDefault(name => name.Contains("gemma", StringComparison.OrdinalIgnoreCase)) is { } name)
            return $"by its name, {Quoted.Text(name)}";
        if (!parts.Tensors.TryGetValue(EmbeddingName, out WeightTensor embedding) || !HasGemmaHeads(parts, embedding))
            return null;
        if (embedding.Tensor.Shape is [VocabularySize, _])
            return $"by its vocabulary of {VocabularySize} tokens and its heads of {HeadDim} elements";
        return HasGemmaTokens(parts.Keys) ? $"by its vocabulary and its heads of {HeadDim} elements" : null;
    }

    private static bool HasGemmaHeads(GgufParts parts, WeightTensor embedding)
    {
        if (parts.Keys.Integer("llama.attention.key_length") is { } headDim)
            return headDim == HeadDim;
        return parts.Keys.Integer("llama.attention.head_count") is > 0 and var heads
            && embedding.Tensor.Shape is [_, var hidden] && hidden == heads * HeadDim;
    }

    private static bool HasGemmaTokens(GgufKeys keys)
    {
        const string Tokens = "tokenizer.ggml.tokens";
        return keys.IsTexts(Tokens) && keys.Texts(Tokens) is { } tokens
            && tokens.Take(FirstTokens.Length).SequenceEqual(FirstTokens) && tokens.Contains(TurnToken);
    }

    // Writers whose readers insisted on a head stored the table twice.
    private static bool IsTied(GgufParts parts) =>
        !parts.Tensors.TryGetValue(HeadName, out WeightTensor head)
        || (parts.Tensors.TryGetValue(EmbeddingName, out WeightTensor table) && StoredTensors.AreEqual(table, head));

    private static string TextOf(GgufKeys keys, string key) => keys.IsText(key) ? keys.Text(key)! : "";
}
