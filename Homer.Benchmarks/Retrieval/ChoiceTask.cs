using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Evaluation.Tasks;
using Homer.Engine.Reading;

namespace Homer.Benchmarks.Retrieval;

/// <summary>A task whose questions are not answered: only which tokens a method chooses is measured.</summary>
internal sealed class ChoiceTask(IEvaluationTask task) : IEvaluationTask
{
    public string Name => task.Name;

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(task.Settings) { ["answers"] = "no" };

    public IReadOnlyList<EvaluationCase> Cases => task.Cases;

    public EvaluationDocument Create(EvaluationCase evaluationCase)
    {
        EvaluationDocument document = task.Create(evaluationCase);
        return document with { Questions = [.. document.Questions.Select(question => question with { Scorer = new Unscored() })] };
    }

    private sealed class Unscored : IScorer
    {
        public int NewTokens => 1;

        public Score Score(HomerEngine engine, DocumentReader reader, KvContext context) => new();
    }
}
