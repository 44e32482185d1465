namespace Homer.Engine.Models;

/// <summary>The folder that <see cref="ModelConversion"/> has made from a GGUF file.</summary>
/// <param name="Tensors">The number of tensors.</param>
/// <param name="WeightsBytes">The bytes of all tensors.</param>
/// <param name="Notes">Words of warning about the model.</param>
public sealed record ConvertedModel(int Tensors, long WeightsBytes, IReadOnlyList<string> Notes);
