using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Generation;

namespace Homer.Cli.Commands;

/// <summary>
/// The command <c>homer chat</c>: answers the questions on standard input, one per line, until <c>/exit</c> or the end of input; with
/// <c>--json</c> it prints one object per line.
/// </summary>
internal static class ChatCommand
{
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
            string text = parsed.GetValue(document) is { } path ? CommonOptions.ReadText(path) : "";
            using HomerEngine engine = parsed.LoadEngine(model);
            using var conversation = new Conversation(engine, text, reader => keep.Apply(parsed, reader));
            bool json = parsed.WantsJson(), prompts = !Console.IsInputRedirected;
            if (prompts)
                Terminal.Note("Type a question; /exit or the end of input ends the conversation.");
            while (Prompt() is { } question && question.Trim() != "/exit")
            {
                if (string.IsNullOrWhiteSpace(question))
                    continue;
                string answer = "";
                foreach (string piece in conversation.Ask(question, options, cancellation: cancellation))
                {
                    answer += piece;
                    if (!json)
                        Console.Out.Write(piece);
                }

                if (json)
                    Terminal.WriteJsonLine(new { Question = question, Answer = answer.Trim(), HistoryTokens = conversation.Length });
                else
                    Console.Out.WriteLine();
            }

            return ExitCode.Success;

            string? Prompt()
            {
                if (prompts)
                    Console.Error.Write("> ");
                return Console.In.ReadLine();
            }
        }
    }
}
