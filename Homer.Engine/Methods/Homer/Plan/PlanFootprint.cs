using Homer.Engine.Models;
using Homer.Engine.Reading;

namespace Homer.Engine.Methods.Homer.Plan;

/// <summary>The tokens that a reading holds at once, and its work, which follow from the steps of its schedule.</summary>
public sealed class PlanFootprint
{
    private readonly ModelConfig config;
    private readonly int suffix;

    /// <summary>Counts the steps of a plan.</summary>
    /// <param name="plan">The tree.</param>
    /// <param name="config">The model's shape.</param>
    /// <param name="sideBySide">Whether leaves run side by side; see <see cref="MergeSchedule"/>.</param>
    internal PlanFootprint(MergePlan plan, ModelConfig config, bool sideBySide)
    {
        this.config = config;
        suffix = plan.SuffixLength;
        var schedule = new MergeSchedule(plan, sideBySide);
        foreach (ScheduleStep step in schedule.Steps())
            Count(step);
        Finished = [.. schedule.Root.Layers.Select(layer => layer.Length)];
        Layers = schedule.Stack.Peak;
        Rows = schedule.Stack.PeakRows;
        Work = Work with { Flop = Work.Flop + WorkForecast.HeadFlop(config) };
    }

    /// <summary>For each layer, the most tokens that the cache holds at once.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>For each layer, the number of tokens that the finished cache holds.</summary>
    public IReadOnlyList<int> Finished { get; }

    /// <summary>The most tokens whose hidden states are held at once.</summary>
    public int Rows { get; }

    /// <summary>The most tokens that go through a layer together.</summary>
    public int LongestPass { get; private set; }

    /// <summary>The number of layers run, counted once for each token.</summary>
    public long TokenLayers => Work.TokenLayers;

    /// <summary>The work of the whole tree, with the logits of the last token.</summary>
    internal WorkForecast Work { get; private set; } = new(0, 0);

    /// <summary>The part of the work that kept leaves save: documents, where leaves run alone.</summary>
    internal WorkForecast DocumentWork { get; private set; } = new(0, 0);

    private void Count(ScheduleStep step)
    {
        switch (step)
        {
            case ScheduleStep.ReadDocument read:
                LongestPass = Math.Max(LongestPass, read.Chunk.Tokens);
                DocumentWork = Sum(DocumentWork, Run(read.Leaf, read.Chunk.Tokens, 0));
                Work = Sum(Work, Run(read.Leaf, read.Chunk.Tokens, 0));
                break;
            case ScheduleStep.ReadSuffix read:
                LongestPass = Math.Max(LongestPass, read.Chunk.Tokens);
                Work = Sum(Work, Run(read.Leaf, read.Chunk.Tokens - read.Past, read.Past));
                break;
            case ScheduleStep.ReadLeaves read:
                LongestPass = Math.Max(LongestPass, read.Leaves.Sum(leaf => leaf.Chunk.Tokens));
                foreach ((PlanNode leaf, LiveChunk chunk) in read.Leaves)
                    Work = Sum(Work, RunWithSuffix(leaf, chunk.Tokens - suffix, suffix));
                break;
            case ScheduleStep.RunLayers run:
                LongestPass = Math.Max(LongestPass, run.Chunk.Tokens);
                Work = Sum(Work, Run(run.Node, run.Chunk.Tokens, 0));
                break;
            case ScheduleStep.FinishLayers finish:
                Work = Work with { Flop = Work.Flop + WorkForecast.MlpFlop(config, finish.Chunk.Tokens) };
                break;
        }
    }

    /// <summary>Returns the work of a node's layers, without the MLP of the last.</summary>
    private WorkForecast Run(PlanNode node, int tokens, int past)
    {
        int layers = node.EndLayer - node.FirstLayer;
        double whole = WorkForecast.LayerFlop(config, tokens, tokens, past), attention = WorkForecast.LayerFlop(config, tokens, 0, past);
        return new((long)tokens * layers, ((layers - 1) * whole) + attention);
    }

    /// <summary>Returns the work of a leaf side by side with others: its overlap is dropped before its suffix attends.</summary>
    private WorkForecast RunWithSuffix(PlanNode leaf, int document, int suffix) =>
        Sum(Run(leaf, document, 0), Run(leaf, suffix, document - leaf.Overlap));

    private static WorkForecast Sum(WorkForecast a, WorkForecast b) => new(a.TokenLayers + b.TokenLayers, a.Flop + b.Flop);
}
