using System.Globalization;
using System.Numerics.Tensors;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>
/// Gathers what an answer rests on: the receipt of the reading, the passages that the answer attends to, and whether the document holds it.
/// </summary>
/// <param name="engine">The model.</param>
/// <param name="reader">The reader of the document.</param>
/// <param name="files">The files of the document, in order.</param>
/// <param name="quotes">Whether passages are wanted, for which the texts were kept.</param>
/// <param name="least">
/// The least share of the question that a passage must supply, or the answer is not in the document; null to judge nothing. The texts were
/// then kept, too.
/// </param>
internal sealed class AnswerProof(
    HomerEngine engine, DocumentReader reader, IReadOnlyList<AskedFile> files, bool quotes, double? least = null)
{
    private const int MostPassages = 5;
    private const string Refusal = PresenceScorer.Refusal;

    private readonly Dictionary<AskedFile, PassageIndex> indices = [];

    private IReadOnlyList<Passage>? passages;

    private bool Looks => quotes || least is not null;

    /// <summary>Looks for the passages while the context from which the answer was continued is there.</summary>
    public void Take(KvContext context, IReadOnlyList<int> answer)
    {
        // Reading again has freed the context.
        if (Looks && reader.Rereading is not { Count: > 0 })
            passages = Find(context, answer);
    }

    /// <summary>
    /// Returns an answer with its receipt and, where they are wanted and known, its passages. One that the document does not hold is
    /// replaced by a sentence that says so, with the nearest passages, and becomes a guess.
    /// </summary>
    public Answer With(Answer answer)
    {
        IReadOnlyList<Passage>? found = passages ?? Reread(answer.Tokens);
        Answer proved = answer with
        {
            Receipt = ReadReceipt.Of(reader.Method, reader.Request, [.. files.Select(file => (file.Path, file.Tokens))]),
            Passages = quotes ? found : null,
        };
        if (least is null || Nearest(found ?? []) is not { Count: > 0 } nearest)
            return proved;
        bool holds = nearest[0].Score >= least;
        proved = proved with { InDocument = holds, Evidence = nearest[0].Score };
        return holds ? proved : proved with { Text = Refusal, Guess = answer.Text, Passages = nearest };
    }

    /// <summary>Writes the passages below the answer, and the receipt to stderr.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="shows">Whether passages were asked for.</param>
    /// <param name="json">Whether the answer was written as an object, which has the passages.</param>
    public void Report(Answer answer, bool shows, bool json)
    {
        if (!json && (shows || answer.InDocument == false))
        {
            foreach (Passage passage in answer.Passages ?? [])
                Console.Out.WriteLine(FindCommand.Line(passage));
            if (answer.Passages is null)
                Terminal.Note($"--method {reader.Method.Name} does not keep which tokens its cache holds, so that there are no sources.");
        }

        if (answer.InDocument == false)
        {
            string shares = string.Create(
                CultureInfo.InvariantCulture,
                $"The nearest passage says {answer.Evidence:P0} of the question, and one that answers it at least {least:P0}");
            Terminal.Note(shares + "; --guess shows what the model answers all the same.");
        }

        ReceiptLine.Note(answer.Receipt!, (reader.Plan as RecallReading)?.Passages.Count);
    }

    /// <summary>Reads once more for the passages of an answer during which the document was read again.</summary>
    private IReadOnlyList<Passage>? Reread(IReadOnlyList<int> answer)
    {
        if (!Looks || reader.Rereading is not { Count: > 0 } || answer.Count == 0)
            return null;
        using KvContext context = reader.Read();
        int[] first = [.. answer.Take(context.Room)];
        context.Append(first, cancellation: reader.Request.Cancellation);
        return Find(context, first);
    }

    private IReadOnlyList<Passage>? Find(KvContext context, IReadOnlyList<int> answer)
    {
        ContextRequest request = reader.Request;
        if (AnswerSources.Scores(reader.Method, request, context, answer) is not { } scores)
            return null;
        List<Passage> found = [];
        foreach (AskedFile file in files)
        {
            ReadOnlySpan<float> own = scores.AsSpan(file.Start, file.Tokens);
            if (!own.ContainsAnyExcept(0f))
                continue;
            found.AddRange(IndexOf(file).BySum(own, MostPassages));
        }

        return [.. found.OrderByDescending(passage => passage.Score).Take(MostPassages)];
    }

    /// <summary>Returns the passages that may answer the question, with the share of it that they supply; the nearest first.</summary>
    private IReadOnlyList<Passage> Nearest(IReadOnlyList<Passage> found)
    {
        IEnumerable<Passage> sought = [];
        if (reader.Plan is RecallReading { Scores: { } scores })
        {
            const int Most = PassageIndex.MostCandidates;
            sought = files.Where(file => file.Tokens > 0).OrderByDescending(file => TensorPrimitives.Max(Own(file))).Take(Most)
                .SelectMany(file => IndexOf(file).ByHighest(Own(file), Most)).OrderByDescending(passage => passage.Score).Take(Most);
            ReadOnlySpan<float> Own(AskedFile file) => scores.AsSpan(file.Start, file.Tokens);
        }

        using var evidence = QuestionEvidence.For(reader.Request);
        return evidence?.Ranked(found.Take(PassageIndex.MostCandidates).Concat(sought)) ?? [];
    }

    private PassageIndex IndexOf(AskedFile file)
    {
        if (!indices.TryGetValue(file, out PassageIndex? index))
        {
            var text = new TextDocument(file.Path, file.Text(), file.IdsIn(reader.Request.Input.Document));
            indices[file] = index = new(text, engine.Tokenizer, reader.Request.Cancellation);
        }

        return index;
    }
}
