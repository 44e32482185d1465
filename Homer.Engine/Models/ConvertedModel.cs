namespace Homer.Engine.Models;

/// <summary>The folder that <see cref="ModelConversion"/> has made from a GGUF file.</summary>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="WeightsBytes">The bytes of all tensors.</param>
/// <param name="Notes">Words of warning about the model.</param>
public sealed record ConvertedModel(int Tensors, long WeightsBytes, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the folder has the file's tokenizer.</summary>
    public bool HasTokenizer { get; init; }

    /// <summary>Whether the folder has the file's chat template.</summary>
    public bool HasTemplate { get; init; }
}
