using System.ComponentModel;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.SnapKv;

/// <summary>The settings of <see cref="SnapKvMethod"/>; null where the default depends on the model.</summary>
public sealed record SnapKvOptions
{
    /// <summary>The number of tokens that each head keeps, the last ones of the input included; default half the model's window.</summary>
    [Description("tokens that each head keeps (half the window)")]
    public int? Budget { get; init; }

    /// <summary>The number of last tokens whose attention decides; default 32 as in the paper, but at most half the budget.</summary>
    [Description("last tokens of the input, whose attention decides (32)")]
    public int? Observed { get; init; }

    /// <summary>The odd number of neighbors over which attention is pooled, so that whole phrases are kept; 7 as in the paper.</summary>
    [Description("odd number of neighbours over which attention is pooled (7)")]
    public int Pooling { get; init; } = 7;

    internal ResolvedSnapKvOptions Resolve(ModelConfig config, RopeScaling scaling)
    {
        int budget = Budget ?? Math.Max(2, (int)config.ScaledWindow(scaling) / 2);
        int observed = Observed ?? Math.Max(1, Math.Min(32, budget / 2));
        MethodSetting.Require(
            "snapkv",
            (observed >= 1, $"at least 1 token must be observed, not {observed}"),
            (budget >= observed, $"a budget of {budget} tokens cannot hold the {observed} observed ones"),
            (Pooling >= 1 && Pooling % 2 == 1, $"pooling must be an odd number of tokens, not {Pooling}"));
        return new(budget, observed, Pooling);
    }
}

/// <summary>The settings of <see cref="SnapKvMethod"/> with every default filled in.</summary>
internal sealed record ResolvedSnapKvOptions(int Budget, int Observed, int Pooling);
