using Homer.Benchmarks.Cases;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>The smaller kernels beside their ceilings: the bytes that they read, and for the selection, the comparisons.</summary>
internal static class MergingRatios
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.2);

    public static void Run(RatioTable table, MeasuredDevice device)
    {
        using var steps = new MergingSteps(device.Device);
        table.Begin($"norm, and merging of {MergingSteps.Tokens} tokens in {MergingSteps.Layers} layers", "GB/s");
        Add("norm", steps.Norm, MergingSteps.NormBytes, ceilings => ceilings.Bandwidth);
        Add("significance", steps.Score, MergingSteps.ScoreBytes, ceilings => ceilings.Bandwidth);
        Add("gathering", steps.Gather, MergingSteps.GatherBytes, ceilings => ceilings.Bandwidth);
        Add("merge", steps.Merge, MergingSteps.MergeBytes, ceilings => ceilings.Bandwidth);
        // A vector unit compares once in the time of a multiply-add, which counts as two operations.
        table.Begin("selection, every token with every other", "G/s");
        Add($"selection of half of {MergingSteps.Tokens}", steps.Select, MergingSteps.SelectComparisons, ceilings => ceilings.Peak / 2);

        void Add(string name, Action run, double amount, Func<Ceilings, double> ceiling) =>
            table.Add(name, device, Repetitions.Measure(run, 3, Enough, warmups: 40), amount, ceiling);
    }
}
