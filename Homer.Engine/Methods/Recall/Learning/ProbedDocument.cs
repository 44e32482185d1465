using Homer.Engine.Calibration;
using Homer.Engine.Models;
using Homer.Kernels.Elements;

namespace Homer.Engine.Methods.Recall.Learning;

/// <summary>A document that was read for learning: its keys, and the queries of its questions, in all heads that may be chosen.</summary>
internal sealed class ProbedDocument
{
    private readonly TransformerModel model;
    private readonly RecallProbe probe;
    private readonly IReadOnlyList<RecallHead> heads;
    private readonly List<RecallPart> parts = [];
    private readonly Dictionary<(ProbeQuestion, RecallQuestion), QuestionQueries> queries = [];

    /// <summary>Reads a document and its questions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scaling">The position scaling.</param>
    /// <param name="options">The settings, with the heads that come into question.</param>
    /// <param name="probe">The document and its questions.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public ProbedDocument(
        TransformerModel model, RopeScaling scaling, ResolvedRecallOptions options, RecallProbe probe, CancellationToken cancellation)
    {
        this.model = model;
        this.probe = probe;
        heads = options.Heads;
        int[] document = [.. probe.Document];
        using var reader = new KeyReader(model, scaling, options, probe.Prefix, cancellation);
        foreach ((int start, int overlap, int count) in reader.Slices(document.Length))
            parts.Add(reader.Read(document.AsSpan(start - overlap, overlap + count), overlap, cancellation));
        foreach (ProbeQuestion question in probe.Questions)
        {
            foreach (RecallQuestion looking in Enum.GetValues<RecallQuestion>())
            {
                Range range = looking == RecallQuestion.All ? Range.All : question.Own;
                queries[(question, looking)] = reader.ReadQuestion([.. question.Suffix], range, cancellation);
            }
        }
    }

    /// <summary>The questions.</summary>
    public IReadOnlyList<ProbeQuestion> Questions => probe.Questions;

    /// <summary>The tokens of the document that answer any of the questions.</summary>
    public IEnumerable<Range> AllEvidence => probe.Questions.SelectMany(question => question.Evidence);

    /// <summary>Scores the tokens by one head.</summary>
    public float[] Scores(ProbeQuestion question, RecallQuestion looking, int head, CancellationToken cancellation)
    {
        QuestionQueries all = queries[(question, looking)];
        int size = all.Tokens * model.Config.HeadDim;
        using var search = new RecallSearch(model, 1, probe.Document.Count, all.Tokens);
        var own = new QuestionQueries(all.Elements[(head * size)..((head + 1) * size)], all.Tokens);
        return search.Scores([.. parts.Select(part => Of(part, head))], own, cancellation);
    }

    private RecallPart Of(RecallPart part, int head)
    {
        int d = model.Config.HeadDim, tokens = part.TokensOf(heads.Count);
        var elements = new sbyte[tokens * d];
        var scales = new Float16[tokens];
        for (int token = 0; token < tokens; token++)
        {
            int row = (token * heads.Count) + head;
            part.Elements.Span.Slice(row * d, d).CopyTo(elements.AsSpan(token * d));
            scales[token] = part.Scales.Span[row];
        }

        return new(elements, scales);
    }
}
