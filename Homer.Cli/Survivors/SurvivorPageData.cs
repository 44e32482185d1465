using System.Globalization;
using System.Text;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Survivors;

/// <summary>What the page is told; its scripts read these names.</summary>
/// <param name="Document">The document's file name.</param>
/// <param name="Question">What was asked: the suffix that decided what survives.</param>
/// <param name="Answer">What the model said to it, if it was asked.</param>
internal sealed record SurvivorPageData(string Document, string Question, string? Answer)
{
    /// <summary>Labels and values for the head of the page.</summary>
    public required IReadOnlyList<string[]> Figures { get; init; }

    /// <summary>Position of a leaf's first context token.</summary>
    public required int Prefix { get; init; }

    /// <summary>For each height, the first layer that its chunks run and the layer after the last.</summary>
    public required IReadOnlyList<int[]> Heights { get; init; }

    /// <summary>Height, context tokens of the subtree, length before and after pruning; children before parents, left to right.</summary>
    public required IReadOnlyList<int[]> Nodes { get; init; }

    /// <summary>The document as the tokenizer gives it back.</summary>
    public required string Text { get; init; }

    /// <summary>UTF-16 units of each token's text; a character made of several tokens counts for the one that completes it.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Runs of equal state, as pairs: the height of dropping, or one more than the highest for kept; and how many tokens.</summary>
    public required IReadOnlyList<int> States { get; init; }

    /// <summary>Gathers everything.</summary>
    /// <param name="document">The document's path, or <c>-</c>.</param>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="answer">What the model said to it, if it was asked.</param>
    /// <param name="tokens">The document's tokens.</param>
    /// <param name="tokenizer">Turns them into text.</param>
    /// <param name="survivors">What became of them.</param>
    /// <param name="options">The settings of the run.</param>
    public static SurvivorPageData Create(
        string document, string modelFolder, string question, string? answer, IReadOnlyList<int> tokens, ITokenizer tokenizer, SurvivorMap survivors,
        ResolvedHomerOptions options)
    {
        MergePlan plan = survivors.Plan;
        (string text, int[] lengths) = Decode(tokens, tokenizer);
        return new(document == "-" ? "standard input" : Path.GetFileName(document), question, answer)
        {
            Figures = Describe(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelFolder))), survivors, options),
            Prefix = plan.PrefixLength,
            Heights = [.. plan.Root.DepthFirst().GroupBy(node => node.Height).OrderBy(level => level.Key)
                .Select(level => new[] { level.First().FirstLayer, level.First().EndLayer })],
            Nodes = [.. plan.Root.DepthFirst().Select(
                node => new[] { node.Height, node.DepthFirst().Where(leaf => leaf.Height == 0).Sum(leaf => leaf.Length - plan.PrefixLength - plan.SuffixLength), node.Length, node.KeptLength })],
            Text = text,
            Lengths = lengths,
            States = RunLengths(survivors.DroppedAt.Select(height => height == SurvivorMap.Kept ? plan.Height + 1 : height)),
        };
    }

    private static (string Text, int[] Lengths) Decode(IReadOnlyList<int> tokens, ITokenizer tokenizer)
    {
        StreamingDecoder decoder = tokenizer.CreateDecoder();
        var text = new StringBuilder();
        var lengths = new int[tokens.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            string piece = decoder.Append(tokens[i]) + (i == lengths.Length - 1 ? decoder.Flush() : "");
            text.Append(piece);
            lengths[i] = piece.Length;
        }

        return (text.ToString(), lengths);
    }

    private static List<int> RunLengths(IEnumerable<int> states)
    {
        List<int> runs = [];
        foreach (int state in states)
        {
            if (runs.Count > 0 && runs[^2] == state)
                runs[^1]++;
            else
                runs.AddRange([state, 1]);
        }

        return runs;
    }

    private static List<string[]> Describe(string model, SurvivorMap survivors, ResolvedHomerOptions options)
    {
        MergePlan plan = survivors.Plan;
        int kept = survivors.Survivors.Count();
        string[] switches =
        [
            $"{options.Pruning} significance",
            .. options.Accumulate ? [$"accumulated from layer {options.AccumulateFrom}"] : Array.Empty<string>(),
            .. options.Pooling > 1 ? [$"pooled over {options.Pooling} tokens"] : Array.Empty<string>(),
            options.Refinement == Refinement.Propagative ? "all layers refined" : "lower layers not refined",
            .. plan.Overlap > 0 ? [$"leaves overlap by {plan.Overlap} tokens"] : Array.Empty<string>(),
            .. options.RereadSuffix ? ["question re-read"] : Array.Empty<string>(),
        ];
        return
        [
            ["Document", Text($"{plan.DocumentLength:N0} tokens")],
            ["Kept", Text($"{kept:N0} tokens ({(plan.DocumentLength == 0 ? 1 : (double)kept / plan.DocumentLength):0.0%})")],
            ["Tree", Text($"{plan.LeafCount:N0} {(plan.LeafCount == 1 ? "leaf" : "leaves")}, height {plan.Height}")],
            ["Chunk and target", Text($"{options.Chunk:N0} and {options.Target:N0} tokens")],
            ["Affixes", Text($"{plan.PrefixLength:N0} before, {plan.SuffixLength:N0} after")],
            ["Layers", Text($"{plan.Root.EndLayer}, warm-up {options.Warmup}")],
            ["Model", model],
            ["Pruning", string.Join(", ", switches)],
        ];

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
