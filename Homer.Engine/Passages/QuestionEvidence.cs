using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Passages;

/// <summary>
/// Measures how much of a question a passage supplies: 1 − s(passage) / s(nothing), where s is the sum of −ln p over the tokens of the
/// question, behind the prefix and the passage, or behind the prefix alone. A passage that answers a question names what it asks about.
/// </summary>
/// <remarks>
/// The likelihood of a question given a passage ranks passages (Ponte and Croft 1998; Sachan et al. 2022, arXiv 2204.07496). As a share of
/// what there is to know it can be compared between questions. The prefix is read once.
/// </remarks>
public sealed class QuestionEvidence : IDisposable
{
    // Longer passages are cut: a sentence is shorter.
    private const int LongestPassage = 256;

    // With less room a window is all question.
    private const int LeastRoom = 16;

    private readonly TransformerModel model;
    private readonly KvContext context;
    private readonly CancellationToken cancellation;
    private readonly int[] suffix;
    private readonly int prefix;
    private readonly int first;
    private readonly double alone;

    private QuestionEvidence(ContextRequest request, int room)
    {
        (model, cancellation) = (request.Model, request.Cancellation);
        ContextInput input = request.Input;
        (int start, int count) = input.Question.GetOffsetAndLength(input.Suffix.Count);
        prefix = input.Prefix.Count;
        // The first token of all is predicted by nothing.
        first = prefix == 0 ? Math.Max(1, start) : start;
        suffix = [.. input.Suffix.Take(start + count)];
        int capacity = prefix + room + suffix.Length;
        context = KvContext.Create(model, request.ResolvedRopeScaling, capacity, textLength: capacity);
        try
        {
            if (prefix > 0)
                context.Append([.. input.Prefix], cancellation: cancellation);
            alone = Surprise([]);
        }
        catch
        {
            context.Dispose();
            throw;
        }

        Room = room;
    }

    /// <summary>The most tokens of a passage that are read.</summary>
    public int Room { get; }

    /// <summary>Prepares to measure passages.</summary>
    /// <param name="request">The request, whose input has the prefix and the question; its document is not read.</param>
    /// <returns>The measure; null where the window has no room for a passage beside prefix and question.</returns>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static QuestionEvidence? For(ContextRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ContextInput input = request.Input;
        int window = (int)request.Model.Config.ScaledWindow(request.ResolvedRopeScaling);
        int room = Math.Min(LongestPassage, window - input.Prefix.Count - input.Suffix.Count);
        return room < LeastRoom ? null : new(request, room);
    }

    /// <summary>Returns the share of the question that a passage supplies: at most 1; below 0 where it misleads.</summary>
    /// <param name="passage">The tokens of the passage; those beyond <see cref="Room"/> are not read.</param>
    public double Of(ReadOnlySpan<int> passage) =>
        alone > 0 && passage.Length > 0 ? 1 - (Surprise(passage[..Math.Min(passage.Length, Room)]) / alone) : 0;

    /// <summary>Judges passages.</summary>
    /// <param name="passages">The passages.</param>
    /// <returns>The passages with the share as their score, the highest first.</returns>
    public IReadOnlyList<Passage> Ranked(IEnumerable<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        return
        [
            .. passages.DistinctBy(passage => (passage.File, passage.Start))
                .Select(passage => passage with { Score = Of(passage.Ids(Room)) })
                .OrderByDescending(passage => passage.Score),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => context.Dispose();

    /// <summary>Returns the sum of −ln p over the tokens of the question behind a passage, in nats.</summary>
    private double Surprise(ReadOnlySpan<int> passage)
    {
        // The last token of the question predicts what is of no interest.
        int[] ids = [.. passage, .. suffix.AsSpan(0, suffix.Length - 1)];
        int before = passage.Length, vocabulary = model.Config.VocabularySize;
        double sum = 0;
        // Where nothing stands between them, the prefix predicts the first token: its logits are still there.
        if (before + first == 0)
            sum -= LogProbability.OfToken(context.ReadLogits(), suffix[0]);
        if (ids.Length == 0)
            return sum;
        context.Append(
            ids,
            select: new(token => token >= before + first - 1, (start, logits) =>
            {
                for (int row = 0; row < logits.Length / vocabulary; row++)
                    sum -= LogProbability.OfToken(logits.AsSpan(row * vocabulary, vocabulary), suffix[start + row + 1 - before]);
            }),
            cancellation: cancellation);
        context.Truncate(ids.Length, prefix);
        return sum;
    }
}
