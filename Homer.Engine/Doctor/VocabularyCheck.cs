using System.Globalization;
using Homer.Engine.Models;

namespace Homer.Engine.Doctor;

/// <summary>Compares the tokens of the tokenizer with the rows of the embedding table.</summary>
internal sealed class VocabularyCheck() : Check("vocabulary")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Tokenizer is not { } tokenizer || model.Config is not { } config)
            return Skipped(model.Config is null ? "settings" : "a tokenizer");
        int tokens = tokenizer.VocabularySize, rows = config.VocabularySize;
        string both = string.Create(CultureInfo.InvariantCulture, $"{tokens:N0} tokens, {rows:N0} rows of embeddings");
        if (tokens == rows)
            return Ok(both);
        if (tokens < rows)
            return Ok($"{both}; the others have no token, and are no text in answers");
        int[] beyond = [.. Enumerable.Range(rows, tokens - rows).Where(id => tokenizer.TokenText(id) is not null)];
        if (beyond.FirstOrDefault(id => !tokenizer.AddedIds.Contains(id), -1) is >= 0 and var ordinary)
            throw VocabularyFit.Refusal(ordinary, config, tokenizer);
        return beyond.Length == 0
            ? Ok($"{both}; no token has the ids beyond")
            : Warning(
                $"{both}: token {VocabularyFit.Describe(beyond[0], tokenizer)} has no row, and texts with it are refused",
                "the weights were not enlarged for tokens that were added later; to use them, fetch tokenizer and weights from one place");
    }
}
