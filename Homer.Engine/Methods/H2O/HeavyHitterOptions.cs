using System.ComponentModel;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.H2O;

/// <summary>The settings of <see cref="HeavyHitterMethod"/>; null where the default depends on the model.</summary>
public sealed record HeavyHitterOptions
{
    // A block is 1/8 of the model's window. Heavy hitters and recent tokens share the rest, as in the paper.
    private const int BlockShare = 8;

    /// <summary>
    /// The number of tokens of most attention that each head keeps; default half of what the window leaves beside a block.
    /// </summary>
    [Description("tokens of most attention that each head keeps (half of what the window leaves beside a block)")]
    public int? Heavy { get; init; }

    /// <summary>The number of last tokens that are kept; default the other half.</summary>
    [Description("last tokens that are kept (the other half)")]
    public int? Recent { get; init; }

    /// <summary>The number of tokens that are read or generated between two evictions; default 1/8 of the model's window.</summary>
    [Description("tokens between two evictions (an eighth of the window)")]
    public int? Block { get; init; }

    internal ResolvedHeavyHitterOptions Resolve(ModelConfig config, RopeScaling scaling)
    {
        int window = (int)config.ScaledWindow(scaling), block = Block ?? Math.Max(1, window / BlockShare);
        int half = Math.Max(1, (window - block) / 2);
        var resolved = new ResolvedHeavyHitterOptions(Heavy ?? half, Recent ?? half, block);
        MethodSetting.Require(
            "h2o",
            (resolved.Heavy >= 0, $"there must be at least 0 heavy hitters, not {resolved.Heavy}"),
            (resolved.Recent >= 1, $"at least 1 recent token must be kept, not {resolved.Recent}"),
            (block >= 1, $"a block must be at least 1 token, not {block}"),
            ((long)resolved.Heavy + resolved.Recent + block <= Array.MaxLength, "there are more tokens than can be counted"));
        return resolved;
    }
}

/// <summary>The settings of <see cref="HeavyHitterMethod"/> with every default filled in.</summary>
internal sealed record ResolvedHeavyHitterOptions(int Heavy, int Recent, int Block)
{
    /// <summary>The number of tokens that an eviction leaves.</summary>
    public int Kept => Heavy + Recent;

    /// <summary>The most tokens in the cache.</summary>
    public int Limit => Kept + Block;
}
