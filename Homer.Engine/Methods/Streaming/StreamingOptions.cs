using System.ComponentModel;
using Homer.Engine.Contexts;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Streaming;

/// <summary>The settings of <see cref="StreamingMethod"/>; null where the default depends on the model.</summary>
public sealed record StreamingOptions
{
    /// <summary>The number of first tokens that are never evicted; 4 are enough according to the paper.</summary>
    [Description("first tokens that are never evicted (4)")]
    public int Sinks { get; init; } = 4;

    /// <summary>The number of last tokens that are kept; default the rest of the model's window, without the sinks.</summary>
    [Description("last tokens that are kept (what the window leaves)")]
    public int? Window { get; init; }

    /// <summary>
    /// The number of document tokens that are read at once, for which as many older ones are evicted; default 1/4 of <see cref="Window"/>.
    /// New tokens are read, and older ones evicted, one by one.
    /// </summary>
    [Description("tokens of the document that are read, and evicted, at once (a quarter of the window)")]
    public int? Block { get; init; }

    internal ResolvedStreamingOptions Resolve(ModelConfig config, RopeScaling scaling)
    {
        long window = Window ?? Math.Max(1, (long)config.ScaledWindow(scaling) - Sinks), block = Block ?? Math.Max(1, window / 4);
        MethodSetting.Require(
            "streaming",
            (Sinks >= 0, $"there must be at least 0 sinks, not {Sinks}"),
            (window >= 1 && Sinks + window <= Array.MaxLength,
                $"the window must be at least 1 token, and fewer than can be counted, not {window}"),
            (block >= 1 && block <= window, $"a block must be between 1 and the window's {window} tokens, not {block}"));
        return new(Sinks, (int)window, (int)block);
    }
}

/// <summary>The settings of <see cref="StreamingMethod"/> with every default filled in.</summary>
internal sealed record ResolvedStreamingOptions(int Sinks, int Window, int Block)
{
    /// <summary>The most tokens in the cache.</summary>
    public int Limit => Sinks + Window;
}
