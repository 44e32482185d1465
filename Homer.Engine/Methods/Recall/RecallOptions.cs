using System.ComponentModel;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Models;

namespace Homer.Engine.Methods.Recall;

/// <summary>The settings of <see cref="RecallMethod"/>; null for what <c>homer calibrate</c> has learned of the model.</summary>
public sealed record RecallOptions
{
    // Longer chunks cost more attention, and the keys of the middle layers hardly depend on it.
    private const int MostChunk = 2048;

    /// <summary>
    /// The longest chunk in tokens, prefix included; default half the window times the position scaling's factor, at most 2,048.
    /// </summary>
    [Description("longest chunk in tokens, prefix included (half the window, at most 2048)")]
    public int? Chunk { get; init; }

    /// <summary>The number of tokens before its own that a chunk reads too; at most a quarter of a chunk.</summary>
    [Description("tokens before its own that a chunk reads as well (64)")]
    public int Overlap { get; init; } = 64;

    /// <summary>The heads that look for what is asked for, as in <see cref="RecallHead.Parse"/>.</summary>
    [Description("query heads that look for the answer, as layer.head+layer.head (learned)")]
    public string? Heads { get; init; }

    /// <summary>The number of tokens of the document that are read again for an answer.</summary>
    [Description("tokens of the document that are read for an answer (learned)")]
    public int? Tokens { get; init; }

    /// <summary>The number of tokens before and after one that is found, which are read with it.</summary>
    [Description("tokens on each side that are read with one that is found (learned)")]
    public int? Neighbours { get; init; }

    /// <summary>The tokens of the question that look.</summary>
    [Description("tokens of the question that look for the answer (learned)")]
    public RecallQuestion? Question { get; init; }

    /// <summary>Fills in every default.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="scaling">The position scaling to read with.</param>
    /// <param name="learned">What was learned of the model; null for nothing.</param>
    /// <exception cref="HomerException">A setting is impossible for the model.</exception>
    internal ResolvedRecallOptions Resolve(ModelConfig config, RopeScaling scaling, RecallSettings? learned)
    {
        int window = (int)config.ScaledWindow(scaling);
        IReadOnlyList<RecallHead> heads = Heads is { } text
            ? RecallHead.Parse(text) ?? throw new MethodSettingException(
                $"{Quoted.Text(text)} cannot be the heads of recall; give layers and heads such as 18.6+17.4.")
            : learned?.Heads ?? Usual(config);
        int tokens = Tokens ?? learned?.Tokens ?? Math.Max(1, window / 4), chunk = Chunk ?? Math.Clamp(window / 2, 1, MostChunk);
        int neighbours = Neighbours ?? learned?.Neighbours ?? 16;
        MethodSetting.Require(
            "recall",
            (chunk >= 1, $"the chunk must be at least 1 token, not {chunk}"),
            (Overlap >= 0, $"the overlap cannot be {Overlap} tokens"),
            (tokens >= 1, $"at least 1 token must be read for an answer, not {tokens}"),
            (neighbours >= 0, $"there cannot be {neighbours} neighbours"),
            (heads.Count is >= 1 and <= RecallSettings.MostHeads,
                $"1 to {RecallSettings.MostHeads} heads can look, not {heads.Count}"),
            (heads.Distinct().Count() == heads.Count, "a head is there twice"),
            (heads.All(head => head.Layer < config.Layers && head.Head < config.Heads),
                $"the model has {config.Layers} layers of {config.Heads} heads, from 0, so {string.Join("+", heads)} are not all there"));
        return new(chunk, Overlap, heads, tokens, neighbours, Question ?? learned?.Question ?? RecallQuestion.Own);
    }

    /// <summary>
    /// Returns heads of the layer at three fifths of the depth: around there most models look for what is asked, though few heads do.
    /// </summary>
    private static RecallHead[] Usual(ModelConfig config)
    {
        int layer = config.Layers * 3 / 5, count = Math.Min(config.Heads, RecallSettings.MostHeads);
        return [.. Enumerable.Range(0, count).Select(i => new RecallHead(layer, i * config.Heads / count))];
    }
}

/// <summary>The settings of <see cref="RecallMethod"/> with every default filled in; see <see cref="RecallOptions"/>.</summary>
public sealed record ResolvedRecallOptions(
    int Chunk, int Overlap, IReadOnlyList<RecallHead> Heads, int Tokens, int Neighbours, RecallQuestion Question);
