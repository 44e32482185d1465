using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Tokenizers;

namespace Homer.Engine.Models;

/// <summary>Says what is wrong where a tokenizer has more tokens than the model has rows of embeddings.</summary>
internal static class VocabularyFit
{
    /// <summary>Returns the error for a token that the tokenizer has and the model does not.</summary>
    public static HomerException Refusal(int id, ModelConfig config, ITokenizer tokenizer) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Token {Describe(id, tokenizer)} of the tokenizer's {tokenizer.VocabularySize:N0} is beyond the {config.VocabularySize:N0} rows "
        + $"of the model's embeddings: the two are not of the same model; fetch tokenizer and weights from the same place."));

    /// <summary>Returns an id with the name of its token.</summary>
    public static string Describe(int id, ITokenizer tokenizer) => string.Create(
        CultureInfo.InvariantCulture, $"{id}{(tokenizer.TokenText(id) is { } text ? $" {Quoted.Text(text)}" : "")}");
}
