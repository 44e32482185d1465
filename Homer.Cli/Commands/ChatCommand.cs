using System.CommandLine;
using System.Text;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Generation;
using Homer.Engine.Passages;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Cli.Commands;

/// <summary>
/// The command <c>homer chat</c>: answers the questions on standard input, one per line, until <c>/exit</c> or the end of input; with
/// <c>--json</c> it prints one object per line.
/// </summary>
internal static class ChatCommand
{
    private const string LeftOut = "There is not enough memory for the document; the conversation goes on without it.";

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var document = new Option<string?>("--document")
        {
            Description = "Text file that the conversation is about [default: none]",
            HelpName = "FILE",
        };
        var command = new Command("chat", "Hold a conversation, one question per line; history beyond the window is merged; /exit ends it")
        {
            model, document,
        };
        var sampling = new SamplingOptions(command, maxTokensByDefault: 64, rereads: true);
        var keep = new KeepOption(command, "auto");
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellation)
        {
            GenerationOptions options = sampling.Read(parsed);
            keep.Check(parsed);
            using DocumentText? text = parsed.GetValue(document) is { } path ? Open(path) : null;
            using HomerEngine engine = parsed.LoadEngine(model, null, cancellation);
            options = sampling.Think(parsed, engine, options);
            using Conversation conversation = Begin(engine, text, reader => keep.Apply(parsed, reader), cancellation);
            bool isNoted = Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, text?.Head ?? "");
            bool json = parsed.WantsJson();
            int found = conversation.DocumentTokens;
            ReadReceipt[]? receipt = found > 0 ? [new(parsed.GetValue(document)!, found, found, 0)] : null;
            foreach (string question in QuestionLines.Read("Type a question; /exit or the end of input ends the conversation."))
            {
                // Once says it for the whole conversation.
                isNoted = isNoted || Knowledge.NoteUnlessKnown(engine.Template, engine.Tokenizer, question);
                Take(conversation, question, options, json, receipt, cancellation);
            }

            return ExitCode.Success;
        }
    }

    /// <summary>Opens a document; returns none where memory does not suffice for it.</summary>
    private static DocumentText? Open(string path)
    {
        try
        {
            return InputFile.OpenDocument(path);
        }
        catch (OutOfMemoryException e)
        {
            Fault.Trace(e);
            Terminal.Error(LeftOut);
            return null;
        }
    }

    /// <summary>Begins a conversation about a document, or, where memory does not suffice for the document, one without it.</summary>
    private static Conversation Begin(
        HomerEngine engine, DocumentText? document, Func<DocumentReader, LeafStore?> keep, CancellationToken cancellation)
    {
        try
        {
            return document is null ? new(engine, "", keep, cancellation) : new(engine, document, keep, cancellation);
        }
        catch (OutOfMemoryException e) when (document is not null)
        {
            Fault.Trace(e);
            Terminal.Error(LeftOut);
            return new(engine, "", keep);
        }
    }

    /// <summary>
    /// Takes one turn. A question that fails or an answer that is stopped is reported, and the conversation goes on without it.
    /// </summary>
    private static void Take(
        Conversation conversation, string question, GenerationOptions options, bool json, IReadOnlyList<ReadReceipt>? receipt,
        CancellationToken cancellation)
    {
        var answer = new StringBuilder();
        string? error = QuestionLines.Try(
            stop =>
            {
                Action<double>? report = null;
                using IEnumerator<string> pieces =
                    conversation.Ask(question, options, share => report?.Invoke(share), stop).GetEnumerator();
                // The first piece comes after the reading.
                bool goesOn = Terminal.ForOutput(Label(conversation), progress =>
                {
                    report = progress;
                    return pieces.MoveNext();
                });
                for (; goesOn; goesOn = pieces.MoveNext())
                {
                    answer.Append(pieces.Current);
                    if (!json)
                        Console.Out.Write(pieces.Current);
                }
            },
            "The answer was stopped; the conversation goes on without this question.", cancellation);
        string whole = answer.ToString().Trim();
        if (!json)
            Console.Out.WriteLine();
        else
        {
            Terminal.WriteJsonLine(
                new ChatTurn(question, whole, conversation.Length) { Error = error, Receipt = error is null ? receipt : null });
        }

        if (error is not null)
            Terminal.Error(error);
        else if (receipt is not null)
            ReceiptLine.Note(receipt);
    }

    private static string Label(Conversation conversation) =>
        conversation.Length > 0 ? $"Reading {conversation.Length:N0} tokens" : "Reading the question";
}
