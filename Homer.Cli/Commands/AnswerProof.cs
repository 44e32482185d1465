using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Passages;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>Gathers what an answer rests on: the receipt of the reading, and the passages that the answer attends to.</summary>
/// <param name="engine">The model.</param>
/// <param name="reader">The reader of the document.</param>
/// <param name="files">The files of the document, in order.</param>
/// <param name="quotes">Whether passages are wanted, for which the texts were kept.</param>
internal sealed class AnswerProof(HomerEngine engine, DocumentReader reader, IReadOnlyList<AskedFile> files, bool quotes)
{
    private const int MostPassages = 5;

    private IReadOnlyList<Passage>? passages;

    /// <summary>Looks for the passages while the context from which the answer was continued is there.</summary>
    public void Take(KvContext context, IReadOnlyList<int> answer)
    {
        // Reading again has freed the context.
        if (quotes && reader.Rereading is not { Count: > 0 })
            passages = Find(context, answer);
    }

    /// <summary>Returns an answer with its receipt and, where they are wanted and known, its passages.</summary>
    public Answer With(Answer answer) => answer with
    {
        Receipt = ReadReceipt.Of(reader.Method, reader.Request, [.. files.Select(file => (file.Path, file.Tokens))]),
        Passages = passages ?? Reread(answer.Tokens),
    };

    /// <summary>Writes the passages below the answer, and the receipt to stderr.</summary>
    public void Report(Answer answer, bool shows)
    {
        if (shows)
        {
            foreach (Passage passage in answer.Passages ?? [])
                Console.Out.WriteLine(FindCommand.Line(passage));
            if (answer.Passages is null)
                Terminal.Note($"--method {reader.Method.Name} does not keep which tokens its cache holds, so that there are no sources.");
        }

        ReceiptLine.Note(answer.Receipt!, (reader.Plan as RecallReading)?.Passages.Count);
    }

    /// <summary>Reads once more for the passages of an answer during which the document was read again.</summary>
    private IReadOnlyList<Passage>? Reread(IReadOnlyList<int> answer)
    {
        if (!quotes || reader.Rereading is not { Count: > 0 } || answer.Count == 0)
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
            var text = new TextDocument(file.Path, file.Text(), file.IdsIn(request.Input.Document));
            found.AddRange(new PassageIndex(text, engine.Tokenizer, request.Cancellation).BySum(own, MostPassages));
        }

        return [.. found.OrderByDescending(passage => passage.Score).Take(MostPassages)];
    }
}
