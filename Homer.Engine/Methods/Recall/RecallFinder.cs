using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// Finds what words or a question look for in documents, without answering: every token gets a score, over all documents together.
/// </summary>
public sealed class RecallFinder
{
    private readonly TransformerModel model;
    private readonly RecallMethod method;
    private readonly CancellationToken cancellation;
    private readonly RopeScaling scaling;
    private readonly ResolvedRecallOptions options;

    /// <summary>Prepares to look in documents.</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The method, whose settings decide which heads look.</param>
    /// <param name="cancellation">Stops soon.</param>
    /// <exception cref="HomerException">A setting is impossible for the model.</exception>
    public RecallFinder(TransformerModel model, RecallMethod method, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(method);
        (this.model, this.method, this.cancellation) = (model, method, cancellation);
        scaling = model.Config.RopeScaling;
        options = method.Options.Resolve(model.Config, scaling, method.Calibration?.Recall);
    }

    /// <summary>
    /// The least score of a passage that answers; null where none was learned, or other heads look than those it was learned for.
    /// </summary>
    public double? Threshold => Learned?.Threshold;

    /// <summary>
    /// The least share of a question that a passage must supply to have to do with it; null where none was learned, or other heads look.
    /// </summary>
    public double? Related => Learned?.Related;

    private RecallSettings? Learned =>
        method.Calibration?.Recall is { } learned && learned.Heads.SequenceEqual(options.Heads) && learned.Question == options.Question
            ? learned
            : null;

    /// <summary>Reads documents and returns the keys of each.</summary>
    /// <param name="prefix">The tokens before every chunk.</param>
    /// <param name="documents">The tokens of each document.</param>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1.</param>
    /// <exception cref="HomerException">The prefix leaves no room in a chunk, or memory does not suffice.</exception>
    public IReadOnlyList<IReadOnlyList<RecallPart>> ReadKeys(
        IReadOnlyList<int> prefix, IReadOnlyList<IReadOnlyList<int>> documents, Action<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(documents);
        using var reader = new KeyReader(model, scaling, options, prefix, cancellation);
        List<IReadOnlyList<RecallPart>> all = [];
        double tokens = documents.Sum(document => (double)document.Count), done = 0;
        foreach (IReadOnlyList<int> document in documents)
        {
            int[] ids = [.. document];
            List<RecallPart> parts = [];
            foreach ((int start, int overlap, int count) in reader.Slices(ids.Length))
            {
                parts.Add(reader.Read(ids.AsSpan(start - overlap, overlap + count), overlap, cancellation));
                done += count;
                progress?.Invoke(done / tokens);
            }

            all.Add(parts);
        }

        return all;
    }

    /// <summary>Scores the tokens of documents.</summary>
    /// <param name="keys">The keys of each document.</param>
    /// <param name="asked">An input whose prefix is that of the keys, and whose suffix holds the question.</param>
    /// <returns>For each document the score of each token, in deviations from the mean of all.</returns>
    /// <exception cref="HomerException">The question is longer than a chunk, or memory does not suffice.</exception>
    public IReadOnlyList<float[]> Scores(IReadOnlyList<IReadOnlyList<RecallPart>> keys, ContextInput asked)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(asked);
        QuestionQueries question;
        using (var reader = new KeyReader(model, scaling, options, asked.Prefix, cancellation))
        {
            if (asked.Suffix.Count > reader.Room)
            {
                throw new HomerException(
                    $"The question has {asked.Suffix.Count} tokens, more than a chunk's {reader.Room}; look for fewer words.");
            }

            Range looking = options.Question == RecallQuestion.All ? Range.All : asked.Question;
            question = reader.ReadQuestion([.. asked.Suffix], looking, cancellation);
        }

        int[] counts = [.. keys.Select(parts => StreamedKeys.TokensOf(parts, options.Heads.Count))];
        using var search = new RecallSearch(model, options.Heads.Count, counts.Sum(), question.Tokens);
        float[] all = search.Scores(StreamedKeys.Joined(keys, options.Heads.Count), question, cancellation);
        List<float[]> scores = [];
        int first = 0;
        foreach (int count in counts)
        {
            scores.Add(all[first..(first + count)]);
            first += count;
        }

        return scores;
    }
}
