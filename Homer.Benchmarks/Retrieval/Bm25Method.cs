using Homer.Engine.Contexts;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Tokenizers;

namespace Homer.Benchmarks.Retrieval;

/// <summary>
/// Reads the parts of a document that BM25 ranks highest for the words of the question; or, together with recall, tokens that either of
/// them chooses, in turn.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="unit">The parts that are ranked.</param>
/// <param name="tokens">The number of tokens that are read.</param>
/// <param name="recall">Recall, for both together; null for BM25 alone.</param>
internal sealed class Bm25Method(ITokenizer tokenizer, Bm25Unit unit, int tokens, RecallMethod? recall = null)
    : IRankingMethod, IRecallingMethod
{
    // Of the document that was asked about last.
    private readonly Indexed last = new();

    private TokenRanking? Ranking { get; init; }

    public string Name => recall is null ? "bm25" : "both";

    public string Summary => "the parts of the document that share rare words with the question; memory is constant";

    public IContextMethod WithRanking(TokenRanking? ranking) => With(recall, ranking);

    public IContextMethod WithMemory(RecallMemory? memory) => With(recall?.WithMemory(memory), Ranking);

    public KvContext Read(ContextRequest request)
    {
        ContextInput input = request.Input;
        input.Validate(request.Model);
        string question = tokenizer.Decode([.. input.Suffix.Take(input.Question)]);
        int[] order = last.Of(tokenizer, input.Document, unit).Order(question, TokenRanking.Most);
        if (recall is not null)
            order = [.. InTurn(order, RecallOrder(request))];
        Ranking?.Set(order);
        int prefix = input.Prefix.Count, after = prefix + input.Document.Count;
        int[] chosen = [.. order.Take(tokens).Order()];
        KvContext context = PlainReading.Read(
            request, input with { Document = [.. chosen.Select(token => input.Document[token])] });
        context.Survivors = (
            [
                .. Enumerable.Range(0, prefix), .. chosen.Select(token => prefix + token),
                .. Enumerable.Range(after, input.Suffix.Count),
            ],
            [.. Enumerable.Range(0, prefix + chosen.Length + input.Suffix.Count)]);
        return context;
    }

    private Bm25Method With(RecallMethod? other, TokenRanking? ranking) => new(tokenizer, unit, tokens, other, last) { Ranking = ranking };

    private Bm25Method(ITokenizer tokenizer, Bm25Unit unit, int tokens, RecallMethod? recall, Indexed last)
        : this(tokenizer, unit, tokens, recall) => this.last = last;

    private IReadOnlyList<int> RecallOrder(ContextRequest request)
    {
        var ranking = new TokenRanking();
        recall!.WithRanking(ranking).Read(request).Dispose();
        return ranking.Order;
    }

    private static IEnumerable<int> InTurn(int[] first, IReadOnlyList<int> second)
    {
        var taken = new HashSet<int>();
        for (int i = 0; i < Math.Max(first.Length, second.Count); i++)
        {
            if (i < first.Length && taken.Add(first[i]))
                yield return first[i];
            if (i < second.Count && taken.Add(second[i]))
                yield return second[i];
        }
    }

    private sealed class Indexed
    {
        private (IReadOnlyList<int> Document, Bm25Index Index)? held;

        public Bm25Index Of(ITokenizer tokenizer, IReadOnlyList<int> document, Bm25Unit unit)
        {
            if (held is { } one && ReferenceEquals(one.Document, document))
                return one.Index;
            held?.Index.Dispose();
            held = (document, new(tokenizer, document, unit));
            return held.Value.Index;
        }
    }
}
