using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Statistics;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Evaluation.Trials;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Methods.Truncation;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation;

/// <summary>Runs evaluations of homer-mini from end to end.</summary>
public sealed class EvaluationRunnerTests(MiniEngine mini) : IClassFixture<MiniEngine>, IDisposable
{
    private static readonly Variant Truncation = new("truncate", new TruncationMethod());

    private readonly HomerEngine engine = mini.Engine;
    private readonly TemporaryFolder folder = new();

    private Variant Homer => new("homer", engine.Merging());

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Homer_finds_pass_keys_that_truncation_loses()
    {
        var task = new PassKeyTask(engine, PassKeyStyle.Chronicle, [2048], [0.1, 0.5], documents: 3);
        long before = engine.Model.Device.Memory.InUse;
        IReadOnlyCollection<Trial> trials = Run(task, Homer, Truncation);
        Assert.Equal(before, engine.Model.Device.Memory.InUse);
        CellSummary[] cells = [.. CellSummary.ByLength(trials)];
        Assert.Equal([("homer", 6), ("truncate", 6)], cells.Select(cell => (cell.Variant, cell.Trials)));
        Assert.True(cells[0].Right >= 5, $"HOMER found {cells[0].Right} of 6 pass keys");
        Assert.Equal(0, cells[1].Right);
        Assert.All(trials.Where(trial => trial.Variant == "homer"), trial => Assert.Equal(trial.ForecastBytes, trial.PeakBytes));
        Assert.All(trials, trial => Assert.Equal(trial.Right, trial.Answer == trial.Expected));
    }

    [Fact]
    public void Bare_questions_are_answered_too()
    {
        var task = new FactTask(engine, [1024], documents: 3, bare: true);
        Assert.True(Run(task, Homer).Count(trial => trial.Right == true) >= 2);
    }

    [Fact]
    public void Kept_leaves_change_no_score()
    {
        var task = new FactTask(engine, [1024], documents: 2, facts: 3);
        Variant[] variants = [Homer, new("paper", engine.Merging(HomerOptions.Paper)), Truncation];
        long before = engine.Model.Device.Memory.InUse;
        using var log = TrialLog.InMemory(EvaluationRunner.Settings(engine, task));
        new EvaluationRunner(engine, task, variants, log) { KeepsLeaves = true }.Run();
        Assert.Equal(before, engine.Model.Device.Memory.InUse);
        Assert.Equal(Scores(Run(task, variants)), Scores(log.Trials));

        static IEnumerable<(string, int, int, string?)> Scores(IEnumerable<Trial> trials) =>
            trials.Select(trial => (trial.Variant, trial.Number, trial.Question, trial.Answer));
    }

    [Fact]
    public void Recall_reads_a_document_once_for_all_questions()
    {
        NeedleKind[] kinds = [NeedleKind.One, NeedleKind.MultiKey, NeedleKind.MultiValue];
        var task = new NeedleTask(engine, [SourceText.Chronicle(8, 60_000)], new(kinds, [4000], 1) { Questions = 3 });
        var recall = new Variant("recall", engine.Calibrated(new RecallMethod()));
        var fewer = new Variant("fewer", engine.Calibrated(new RecallMethod(new() { Tokens = 32 })));
        IReadOnlyCollection<Trial> together = Run(task, recall, fewer);
        EvaluationDocument document = task.Create(task.Cases[0]);
        Assert.Equal(2 * 9, together.Count);
        foreach (Trial trial in together.Where(trial => trial.Variant == "recall"))
        {
            EvaluationQuestion question = document.Questions[trial.Question];
            var alone = new SingleQuestion(document with { Questions = [question] }, task.Cases[0] with { Depths = [trial.Depth] });
            Trial again = Assert.Single(Run(alone, recall));
            Assert.Equal((again.Answer, again.Needed, again.Kept), (trial.Answer, trial.Needed, trial.Kept));
            Assert.Equal(trial.Needed <= 128, trial.Kept == 1);
            // What is chosen first does not depend on how much is chosen.
            Trial less = together.Single(other => other.Variant == "fewer" && other.Question == trial.Question);
            Assert.Equal((trial.Needed, trial.Needed <= 32), (less.Needed, less.Kept == 1));
        }

        CellSummary cell = CellSummary.ByLength(together).First(cell => cell.Kind == "one");
        Assert.Equal(3, cell.Trials);
        Assert.Equal([512, 1024], cell.Among.Select(among => among.Tokens));
    }

    [Fact]
    public void Perplexity_is_that_of_a_plain_pass_where_all_fits_the_window()
    {
        EvaluationText text = EvaluationText.Chronicle(engine.Tokenizer, 1, 400);
        var task = new PerplexityTask(512, [text], [300], sparse: true, part: 64);
        Trial trial = Assert.Single(Run(task, new Variant("plain", new PlainMethod())));

        int[] ids = text.Tokens[..364].ToArray();
        double expected = 0;
        using KvContext context = KvContext.Create(engine.Model, engine.Model.Config.RopeScaling, ids.Length);
        int position = 0, vocabulary = engine.Model.Config.VocabularySize;
        context.Append(ids, observe: logits =>
        {
            for (int row = 0; row < logits.Length / vocabulary; row++, position++)
            {
                if (position is >= 299 and < 363)
                    expected += NegativeLogLikelihood.OfToken(logits.AsSpan(row * vocabulary, vocabulary), ids[position + 1]);
            }
        });
        Assert.Equal(64, trial.ScoredTokens);
        Assert.Equal(expected, trial.Nats!.Value, 1e-3);
        Assert.InRange(expected / 64, 0.1, 3);
    }

    [Fact]
    public void An_interrupted_run_goes_on_where_it_was()
    {
        var task = new FactTask(engine, [300, 400], documents: 2, facts: 2);
        IReadOnlyDictionary<string, string> settings = EvaluationRunner.Settings(engine, task);
        using var stop = new CancellationTokenSource();
        using (TrialLog log = TrialLog.Open(folder["log"], settings))
        {
            Assert.ThrowsAny<OperationCanceledException>(() => new EvaluationRunner(engine, task, [Homer, Truncation], log).Run(
                share =>
                {
                    if (share > 0.3)
                        stop.Cancel();
                }, stop.Token));
            Assert.InRange(log.Trials.Count, 1, 15);
        }

        byte[] measured = File.ReadAllBytes(folder["log"]);
        var told = new List<double>();
        using (TrialLog log = TrialLog.Open(folder["log"], settings))
        {
            new EvaluationRunner(engine, task, [Homer, Truncation], log).Run(told.Add);
            Assert.Equal(2 * 2 * 2 * 2, log.Trials.Count);
        }

        Assert.Equal(measured, File.ReadAllBytes(folder["log"])[..measured.Length]);
        Assert.Equal(1, told[^1], 1e-9);
        Assert.Equal(told.Order(), told);
    }

    private sealed class SingleQuestion(EvaluationDocument document, EvaluationCase which) : IEvaluationTask
    {
        public string Name => "needle";

        public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

        public IReadOnlyList<EvaluationCase> Cases => [which];

        public EvaluationDocument Create(EvaluationCase evaluationCase) => document;
    }

    private IReadOnlyCollection<Trial> Run(IEvaluationTask task, params Variant[] variants)
    {
        var log = TrialLog.InMemory(EvaluationRunner.Settings(engine, task));
        new EvaluationRunner(engine, task, variants, log).Run();
        return log.Trials;
    }
}
