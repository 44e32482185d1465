using Homer.Engine.Passages;
using Homer.Engine.Tokenizers;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace Homer.Benchmarks.Retrieval;

/// <summary>The parts of a document in an index of Lucene.NET, whose BM25 ranks them by the words of a question.</summary>
internal sealed class Bm25Index : IDisposable
{
    private const string Field = "text";

    // Windows overlap by half, so that a sentence is not cut in all of them.
    private const int Window = 32;

    private readonly RAMDirectory directory = new();
    private readonly Analyzer analyzer = new EnglishAnalyzer(LuceneVersion.LUCENE_48);
    private readonly IReadOnlyList<Range> parts;
    private readonly DirectoryReader reader;
    private readonly IndexSearcher searcher;

    /// <summary>Indexes a document.</summary>
    /// <param name="tokenizer">The tokenizer of its tokens.</param>
    /// <param name="document">The tokens.</param>
    /// <param name="unit">The parts that are ranked.</param>
    public Bm25Index(ITokenizer tokenizer, IReadOnlyList<int> document, Bm25Unit unit)
    {
        int[] ids = [.. document];
        parts = unit == Bm25Unit.Windows ? [.. Windows(ids.Length)] : [.. Paragraphs(tokenizer, ids)];
        using (var writer = new IndexWriter(directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, analyzer)
        {
            Similarity = new BM25Similarity(),
        }))
        {
            foreach (Range part in parts)
                writer.AddDocument([new TextField(Field, tokenizer.Decode(ids[part]), Lucene.Net.Documents.Field.Store.NO)]);
        }

        reader = DirectoryReader.Open(directory);
        searcher = new(reader) { Similarity = new BM25Similarity() };
    }

    /// <summary>Returns tokens in the order of the parts that hold words of a question, the best part first.</summary>
    /// <param name="question">The text of the question.</param>
    /// <param name="count">The most tokens.</param>
    public int[] Order(string question, int count)
    {
        var query = new BooleanQuery();
        foreach (string word in Words(question).Distinct())
            query.Add(new TermQuery(new(Field, word)), Occur.SHOULD);
        var taken = new HashSet<int>(count);
        var order = new List<int>(count);
        foreach (ScoreDoc hit in searcher.Search(query, Math.Max(1, count)).ScoreDocs)
        {
            (int start, int length) = parts[hit.Doc].GetOffsetAndLength(int.MaxValue);
            for (int token = start; token < start + length && order.Count < count; token++)
            {
                if (taken.Add(token))
                    order.Add(token);
            }
        }

        return [.. order];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader.Dispose();
        analyzer.Dispose();
        directory.Dispose();
    }

    private static IEnumerable<Range> Windows(int tokens)
    {
        for (int start = 0; start < tokens; start += Window / 2)
            yield return start..Math.Min(start + Window, tokens);
    }

    /// <summary>Cuts a document at empty lines.</summary>
    private static IEnumerable<Range> Paragraphs(ITokenizer tokenizer, int[] ids)
    {
        string text = tokenizer.Decode(ids);
        var places = TokenPlaces.Of(tokenizer, ids, text);
        int first = 0;
        for (int token = 1; token < ids.Length; token++)
        {
            // A paragraph begins with the first token behind an empty line.
            ReadOnlySpan<char> before = text.AsSpan(0, places.StartOf(token));
            ReadOnlySpan<char> space = before[before.TrimEnd().Length..];
            if (space.Count('\n') > 1 && token < ids.Length && !string.IsNullOrWhiteSpace(tokenizer.Decode([ids[token]])))
            {
                yield return first..token;
                first = token;
            }
        }

        yield return first..ids.Length;
    }

    private List<string> Words(string text)
    {
        List<string> words = [];
        using TokenStream stream = analyzer.GetTokenStream(Field, text);
        ICharTermAttribute term = stream.AddAttribute<ICharTermAttribute>();
        stream.Reset();
        while (stream.IncrementToken())
            words.Add(term.ToString());
        stream.End();
        return words;
    }
}

/// <summary>The parts of a document that BM25 ranks.</summary>
internal enum Bm25Unit
{
    /// <summary>Windows of 32 tokens, of which each overlaps the next by half.</summary>
    Windows,

    /// <summary>Paragraphs, between empty lines.</summary>
    Paragraphs,
}
