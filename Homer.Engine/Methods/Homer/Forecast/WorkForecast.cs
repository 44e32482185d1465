using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Homer.Forecast;

/// <summary>The work of reading an input, known before it is read.</summary>
/// <param name="TokenLayers">Layers run, counted once for each token.</param>
/// <param name="Flop">Floating-point operations of matrix products and attention; a multiplication and an addition are two.</param>
public sealed record WorkForecast(long TokenLayers, double Flop)
{
    /// <summary>Forecasts the tree and, if the settings ask for it, the second reading of the suffix.</summary>
    /// <param name="config">The model.</param>
    /// <param name="options">The settings.</param>
    /// <param name="plan">The tree that they lead to.</param>
    /// <param name="leavesKept">Whether what the leaves compute of prefix and document is there already, in a <see cref="Leaves.LeafCache"/>.</param>
    public static WorkForecast Of(ModelConfig config, ResolvedHomerOptions options, MergePlan plan, bool leavesKept = false)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plan);
        int reread = options.RereadSuffix ? plan.SuffixLength : 0;
        double flop = plan.Root.DepthFirst().Sum(node => NodeFlop(config, node, Kept(node)) + (leavesKept ? 0 : OverlapFlop(config, node, plan.SuffixLength))) + HeadFlop(config);
        if (options.RereadSuffix)
            flop += plan.Footprint.Finished.Sum(held => LayerFlop(config, reread, reread, held - reread)) + HeadFlop(config);
        long kept = plan.Root.DepthFirst().Sum(node => (long)(Kept(node) + (leavesKept ? node.Overlap : 0)) * (node.EndLayer - node.FirstLayer));
        return new(plan.Footprint.TokenLayers - kept + ((long)reread * config.Layers), flop);

        int Kept(PlanNode node) => leavesKept && node.Height == 0 ? node.Length - plan.SuffixLength : 0;
    }

    /// <summary>The work of reading all tokens into one cache, with the logits of the last.</summary>
    /// <param name="config">The model.</param>
    /// <param name="tokens">The number of tokens.</param>
    public static WorkForecast OfPlain(ModelConfig config, int tokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new((long)tokens * config.Layers, (config.Layers * LayerFlop(config, tokens, tokens, 0)) + HeadFlop(config));
    }

    /// <summary>One layer over tokens that follow <paramref name="past"/> others, of which so many survive until the MLP.</summary>
    internal static double LayerFlop(ModelConfig config, int tokens, int survivors, int past)
    {
        double projections = 2.0 * config.HiddenSize * (config.Heads + config.KvHeads) * config.HeadDim, mlp = 3.0 * config.HiddenSize * config.IntermediateSize;
        double pairs = ((double)tokens * past) + (0.5 * tokens * (tokens + 1.0));
        return 2 * ((tokens * projections) + (survivors * mlp) + (2 * pairs * config.Heads * config.HeadDim));
    }

    private static double NodeFlop(ModelConfig config, PlanNode node, int past)
    {
        int tokens = node.Length - past;
        return ((node.EndLayer - node.FirstLayer - 1) * LayerFlop(config, tokens, tokens, past)) + LayerFlop(config, tokens, node.KeptLength, past);
    }

    /// <summary>What a leaf's overlap costs: for every pair of tokens it does not matter which of them comes first. It is dropped before the last MLP.</summary>
    private static double OverlapFlop(ModelConfig config, PlanNode node, int suffix)
    {
        int own = node.Length - suffix;
        return ((node.EndLayer - node.FirstLayer - 1) * LayerFlop(config, node.Overlap, node.Overlap, own)) + LayerFlop(config, node.Overlap, 0, own);
    }

    private static double HeadFlop(ModelConfig config) => 2.0 * config.HiddenSize * config.VocabularySize;
}
