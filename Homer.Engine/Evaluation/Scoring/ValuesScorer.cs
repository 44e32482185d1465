using System.Text;
using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Reading;

namespace Homer.Engine.Evaluation.Scoring;

/// <summary>
/// Lets the model answer by greedy decoding and counts the expected values that the answer contains as whole words or numbers.
/// </summary>
/// <param name="values">The expected values.</param>
/// <param name="options">The settings of the answer; their confidence decides whether the document may be read again.</param>
public sealed class ValuesScorer(IReadOnlyList<string> values, GenerationOptions options) : IScorer
{
    private readonly IReadOnlyList<string> values = NotNull.Of(values);
    private readonly GenerationOptions options = NotNull.Of(options);

    /// <summary>The expected values.</summary>
    public IReadOnlyList<string> Values => values;

    /// <inheritdoc/>
    public int NewTokens => options.AllTokens;

    /// <inheritdoc/>
    public Score Score(HomerEngine engine, DocumentReader reader, KvContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(reader);
        var text = new StringBuilder();
        foreach ((_, string piece) in reader.Continue(context, engine.Tokenizer, options).Pieces)
            text.Append(piece);
        string answer = text.ToString().Trim();
        int found = values.Count(value => AnswerScorer.Contains(answer, value));
        return new(answer, string.Join(", ", values), found == values.Count) { Found = (double)found / values.Count };
    }
}
