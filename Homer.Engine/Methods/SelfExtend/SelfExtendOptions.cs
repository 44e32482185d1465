using System.ComponentModel;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.SelfExtend;

/// <summary>The settings of <see cref="SelfExtendMethod"/>; null where the default depends on model and input.</summary>
public sealed record SelfExtendOptions
{
    /// <summary>The number of nearest tokens, at exact positions; default 1/4 of the model's window, as in the paper for Llama 2.</summary>
    [Description("nearest tokens, at exact positions (a quarter of the model's window)")]
    public int? Window { get; init; }

    /// <summary>The number of farther tokens that share a position; default the fewest by which positions stay inside the window.</summary>
    [Description("farther tokens that share a position (the fewest by which positions stay inside the window)")]
    public int? Group { get; init; }

    /// <summary>Fills in every default.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="scaling">The position scaling.</param>
    /// <param name="length">The number of tokens of the input, new ones included.</param>
    /// <param name="longestBlock">The most tokens that the device reads at once.</param>
    internal ResolvedSelfExtendOptions Resolve(ModelConfig config, RopeScaling scaling, long length, int longestBlock)
    {
        int trained = (int)config.ScaledWindow(scaling), window = Window ?? Math.Max(1, trained / 4);
        MethodSetting.Require(
            "self-extend",
            (window >= 1, $"the window must be at least 1 token, not {window}"),
            (Group is null or >= 1, $"a group must be at least 1 token, not {Group}"),
            (length <= trained || Group is not null || window < trained,
                $"a window of {window} tokens leaves no room for groups in the model's {trained}"));
        int block = (int)Math.Min(length, longestBlock);
        return new(window, Group ?? LeastGroup(length, window, trained), block, (int)Math.Min(length, (long)window - 1 + block));
    }

    // The last token's farthest distance is window − ⌊window / group⌋ + ⌊(length − 1) / group⌋.
    private static int LeastGroup(long length, int window, int trained)
    {
        int group = 1;
        while (window - (window / group) + ((length - 1) / group) >= trained && group < length)
            group++;
        return group;
    }
}

/// <summary>The settings of <see cref="SelfExtendMethod"/> with every default filled in.</summary>
/// <param name="Window">The number of nearest tokens, at exact positions.</param>
/// <param name="Group">The number of farther tokens that share a position.</param>
/// <param name="Block">The most tokens that are read at once.</param>
/// <param name="Near">The most keys that the tokens of a block attend to at exact positions.</param>
internal sealed record ResolvedSelfExtendOptions(int Window, int Group, int Block, int Near)
{
    /// <summary>The step by which a query's grouped position is raised, so that grouped positions continue the exact ones.</summary>
    public int Shift => Window - (Window / Group);
}
