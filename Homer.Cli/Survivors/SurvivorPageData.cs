using System.Globalization;
using System.Text;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Tokenizers;

namespace Homer.Cli.Survivors;

/// <summary>The data of a page of survivors; the page's scripts read the properties by name.</summary>
/// <param name="Document">The document's file name.</param>
/// <param name="Question">The suffix, which decided which tokens survived.</param>
/// <param name="Answer">The model's answer; null if none was generated.</param>
internal sealed record SurvivorPageData(string Document, string Question, string? Answer)
{
    /// <summary>Pairs of label and value for the head of the page.</summary>
    public required IReadOnlyList<string[]> Figures { get; init; }

    /// <summary>The position of a leaf's first document token.</summary>
    public required int Prefix { get; init; }

    /// <summary>For each height, the first layer that its chunks run and the layer after their last.</summary>
    public required IReadOnlyList<int[]> Heights { get; init; }

    /// <summary>
    /// For each chunk its height, the document tokens of its subtree, and its length before and after pruning; children before parents,
    /// left to right.
    /// </summary>
    public required IReadOnlyList<int[]> Nodes { get; init; }

    /// <summary>The document's text, decoded from its tokens.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// The UTF-16 code units of each token's text; a character encoded by several tokens counts for the token that completes it.
    /// </summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>
    /// The states of the tokens, run-length encoded as pairs of state and number of tokens. A state is the height at which the token was
    /// dropped, or the root's height plus one for a survivor.
    /// </summary>
    public required IReadOnlyList<int> States { get; init; }

    /// <summary>
    /// The token at which the page opens: where the answer comes from, or else the first that survived; null if none did.
    /// </summary>
    public required int? Opening { get; init; }

    /// <summary>The passages that the answer rests on, the best first; none where they are not known.</summary>
    public IReadOnlyList<SourcePassage> Sources { get; init; } = [];

    /// <summary>Returns the data with the passages that the answer rests on, at the first of which the page opens.</summary>
    public SurvivorPageData With(IReadOnlyList<SourcePassage> sources) =>
        this with { Sources = sources, Opening = sources.Count > 0 ? sources[0].First : Opening };

    /// <summary>Collects the data of a finished run.</summary>
    /// <param name="heading">The run that the page shows.</param>
    /// <param name="tokens">The document's tokens.</param>
    /// <param name="tokenizer">Decodes the tokens.</param>
    /// <param name="survivors">The heights at which tokens were dropped, and the reading that dropped them.</param>
    public static SurvivorPageData Create(
        SurvivorPageHeading heading, IReadOnlyList<int> tokens, ITokenizer tokenizer, SurvivorMap survivors)
    {
        MergePlan plan = survivors.Plan;
        (string text, int[] lengths) = Decode(tokens, tokenizer);
        return new(heading.DocumentName, heading.Question, heading.Answer)
        {
            Figures = Describe(heading.ModelName, survivors),
            Prefix = plan.PrefixLength,
            Heights = [.. plan.Root.DepthFirst().GroupBy(node => node.Height).OrderBy(level => level.Key)
                .Select(level => new[] { level.First().FirstLayer, level.First().EndLayer })],
            Nodes = [.. plan.Root.DepthFirst().Select(node => new[] { node.Height, DocumentTokens(node), node.Length, node.KeptLength })],
            Text = text,
            Lengths = lengths,
            Opening = AnswerPlace.Find(
                heading.Answer, text, lengths, [.. survivors.DroppedAt.Select(height => height == SurvivorMap.Kept)]),
            States = RunLengths(survivors.DroppedAt.Select(height => height == SurvivorMap.Kept ? plan.Height + 1 : height)),
        };

        int DocumentTokens(PlanNode node) =>
            node.DepthFirst().Where(leaf => leaf.Height == 0).Sum(leaf => leaf.Length - plan.PrefixLength - plan.SuffixLength);
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

    private static List<string[]> Describe(string model, SurvivorMap survivors)
    {
        (MergePlan plan, ResolvedHomerOptions options) = (survivors.Plan, survivors.Options);
        int kept = survivors.Survivors.Count();
        string[] switches =
        [
            $"{options.Pruning} significance",
            .. options.Accumulate ? [$"accumulated from layer {options.AccumulateFrom}"] : Array.Empty<string>(),
            .. options.Pooling > 1 ? [$"pooled over {options.Pooling} tokens"] : Array.Empty<string>(),
            options.Refinement == Refinement.Propagative ? "all layers refined" : "lower layers not refined",
            .. plan.Overlap > 0 ? [$"leaves overlap by {plan.Overlap} tokens"] : Array.Empty<string>(),
            .. options.Recompute ? ["survivors read again"] : options.RereadSuffix ? ["question re-read"] : Array.Empty<string>(),
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
