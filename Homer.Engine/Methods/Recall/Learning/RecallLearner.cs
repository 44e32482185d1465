using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Recall.Learning;

/// <summary>
/// Learns which heads of a model look for what a question asks, and how to choose passages by them, from documents in which the answers
/// stand in known places.
/// </summary>
/// <remarks>
/// After QRHead (arXiv 2506.09944), but by what matters here: how far the answer is ahead of all other tokens. First every head for itself,
/// on half of the documents; then pairs of the best heads, widths and the tokens of the question that look, on all of them.
/// </remarks>
public static class RecallLearner
{
    // The best heads over all documents, and of each document, that are tried in pairs: some find what others miss.
    private const int Candidates = 5;
    private const int OfEach = 2;

    // What a second head must bring, and the weight of a deviation by which answers are ahead, as shares of answers that are found.
    private const double Worthwhile = 0.02;
    private const double Ahead = 0.05;

    // Shares of answers that count as equal.
    private const double Alike = 0.01;

    private static readonly int[] Widths = [4, 8, 16, 32];

    private static readonly int[] Budgets = [128, 256, 512, 1024];

    /// <summary>Learns the settings of recall.</summary>
    /// <param name="model">The model.</param>
    /// <param name="probes">The documents; at least two.</param>
    /// <param name="chunk">The longest chunk in tokens; null for the usual one.</param>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops soon.</param>
    /// <exception cref="HomerException">A document is too short, or memory does not suffice.</exception>
    public static LearnedRecall Learn(
        TransformerModel model, IReadOnlyList<RecallProbe> probes, int? chunk = null, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentOutOfRangeException.ThrowIfLessThan(probes.Count, 2);
        RopeScaling scaling = model.Config.RopeScaling;
        ResolvedRecallOptions usual = new RecallOptions { Chunk = chunk }.Resolve(model.Config, scaling, null);
        // Heads below and above these only attend to neighbours, or write the answer.
        RecallHead[] all = [.. from layer in Enumerable.Range(model.Config.Layers / 4, Math.Max(1, model.Config.Layers / 2))
                               from head in Enumerable.Range(0, model.Config.Heads)
                               select new RecallHead(layer, head)];
        int half = (probes.Count + 1) / 2, done = 0;
        var margins = new double[all.Length];
        var ranks = new double[all.Length];
        HashSet<int> candidates = [];
        foreach (RecallProbe probe in probes.Take(half))
        {
            // The fewer tokens score higher, the sooner an answer is found, however far ahead the few may be.
            var own = new double[all.Length];
            var document = new ProbedDocument(model, scaling, usual with { Heads = all }, probe, cancellation);
            for (int head = 0; head < all.Length; head++)
            {
                foreach (ProbeQuestion question in document.Questions)
                {
                    float[] scores = document.Scores(question, RecallQuestion.Own, head, cancellation);
                    own[head] -= Math.Log(1 + question.Ahead(scores, usual.Neighbours)) / document.Questions.Count;
                    margins[head] += question.Margin(scores, usual.Neighbours) / document.Questions.Count / half;
                }

                ranks[head] += own[head] / half;
            }

            candidates.UnionWith(Best(own, OfEach));

            Report();
        }

        candidates.UnionWith(Best(ranks, Candidates));
        (RecallHead Head, double Margin)[] ranked =
            [.. candidates.Select(head => (all[head], margins[head])).OrderByDescending(one => one.Item2)];
        ResolvedRecallOptions best = usual with { Heads = [.. ranked.Select(one => one.Head)] };
        int[] budgets = [.. BudgetsOf(model.Config, scaling)];
        List<Trial> trials = [.. TrialsOf(best.Heads.Count)];
        foreach (RecallProbe probe in probes)
        {
            var document = new ProbedDocument(model, scaling, best, probe, cancellation);
            Range[] evidence = [.. document.AllEvidence];
            foreach (ProbeQuestion question in document.Questions)
            {
                foreach (IGrouping<RecallQuestion, Trial> alike in trials.GroupBy(trial => trial.Question))
                {
                    float[][] scores = [.. Enumerable.Range(0, best.Heads.Count).Select(
                        head => document.Scores(question, alike.Key, head, cancellation))];
                    foreach (Trial trial in alike)
                        trial.Count(question, evidence, trial.Sum(scores), budgets);
                }
            }

            Report();
        }

        return Choose(trials, best.Heads, budgets, ranked);

        void Report() => progress?.Invoke(++done / (double)(half + probes.Count));
    }

    /// <summary>Returns the indices of the largest values.</summary>
    private static IEnumerable<int> Best(double[] values, int count) =>
        values.Index().OrderByDescending(one => one.Item).Take(count).Select(one => one.Index);

    /// <summary>The numbers of tokens that may be read for an answer: up to a quarter of the window.</summary>
    private static IEnumerable<int> BudgetsOf(ModelConfig config, RopeScaling scaling)
    {
        int most = Math.Max(1, (int)config.ScaledWindow(scaling) / 4);
        return Budgets.Where(budget => budget < most).Append(Math.Min(most, Budgets[^1])).Distinct();
    }

    private static IEnumerable<Trial> TrialsOf(int heads) =>
        from looking in Enum.GetValues<RecallQuestion>()
        from first in Enumerable.Range(0, heads)
        from second in Enumerable.Range(first, heads - first)
        let together = first == second ? new[] { first } : [first, second]
        from width in Widths
        select new Trial(looking, width, together);

    private static LearnedRecall Choose(
        List<Trial> trials, IReadOnlyList<RecallHead> heads, int[] budgets, IReadOnlyList<(RecallHead Head, double Margin)> ranked)
    {
        // One head, unless two find clearly more.
        Trial single = trials.Where(trial => trial.Heads.Length == 1).MaxBy(trial => trial.Quality)!;
        Trial pair = trials.MaxBy(trial => trial.Quality)!;
        Trial chosen = pair.Quality > single.Quality + Worthwhile ? pair : single;
        double most = chosen.Found.Max();
        // As few tokens as find nearly all, twice over for longer documents: those beyond them only distract.
        int tokens = budgets[Array.FindIndex(chosen.Found, found => found >= most - Alike)];
        var settings = new RecallSettings
        {
            Heads = [.. chosen.Heads.Select(head => heads[head])],
            Question = chosen.Question,
            Neighbours = chosen.Width,
            Tokens = Math.Min(2 * tokens, budgets[^1]),
            Threshold = chosen.Scores.Threshold(),
        };
        return new(settings, [.. budgets.Zip(chosen.Found)], ranked);
    }

    /// <summary>A way to choose passages, and what it has found.</summary>
    private sealed class Trial(RecallQuestion question, int width, int[] heads)
    {
        private double[] found = [];
        private double margin;
        private int questions;

        public RecallQuestion Question => question;

        public int Width => width;

        public int[] Heads => heads;

        /// <summary>The scores that evidence reaches, and those of other tokens.</summary>
        public EvidenceScores Scores { get; } = new();

        /// <summary>For each budget, the share of the answers that is found.</summary>
        public double[] Found => [.. found.Select(sum => sum / questions)];

        /// <summary>The share of answers that are found, over all budgets, and a little for how far they are ahead.</summary>
        public double Quality => Found.Average() + (Ahead * margin / questions);

        public float[] Sum(float[][] scores)
        {
            float[] sum = [.. scores[heads[0]]];
            foreach (int head in heads.Skip(1))
            {
                for (int token = 0; token < sum.Length; token++)
                    sum[token] += scores[head][token];
            }

            return sum;
        }

        public void Count(ProbeQuestion asked, Range[] evidence, float[] scores, int[] budgets)
        {
            if (found.Length == 0)
                found = new double[budgets.Length];
            // An answer that is cut is not found: a number without its last digit is another.
            var ranking = new TokenRanking();
            ranking.Set(PassageSelection.Order(scores, budgets[^1], width));
            int? needed = ranking.Needed(asked.Evidence);
            foreach ((int i, int budget) in budgets.Index())
                found[i] += needed <= budget ? 1 : 0;
            margin += asked.Margin(scores, width);
            Scores.Add(asked, evidence, scores, width);
            questions++;
        }
    }
}
