using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Cli.Signals;
using Homer.Engine.Files;

namespace Homer.Cli.Commands;

/// <summary>Takes questions from standard input, one a line, until <c>/exit</c> or the end of input.</summary>
internal static class QuestionLines
{
    /// <summary>Returns the questions as they come; blank lines are passed over.</summary>
    public static IEnumerable<string> Read(string hint)
    {
        TextReader lines = InputFile.Lines();
        bool prompts = !Console.IsInputRedirected;
        if (prompts)
            Terminal.Note(hint);
        while (Next() is { } question && question.Trim() != "/exit")
        {
            if (!string.IsNullOrWhiteSpace(question))
                yield return question;
        }

        string? Next()
        {
            if (prompts)
                Terminal.Prompt();
            return lines.ReadLine();
        }
    }

    /// <summary>Answers one question after another. One that fails, or whose answer is stopped, is reported, and the next comes.</summary>
    /// <param name="json">Whether answers are JSON objects.</param>
    /// <param name="answer">Answers a question; its second argument stops that answer alone.</param>
    /// <param name="cancellation">Stops everything.</param>
    public static void Answer(bool json, Action<string, CancellationToken> answer, CancellationToken cancellation)
    {
        foreach (string question in Read("Type a question; /exit or the end of input ends."))
        {
            string? error = Try(stop => answer(question.Trim(), stop), "The answer was stopped; ask the next question.", cancellation);
            if (error is null)
                continue;
            if (json)
                Terminal.WriteJsonLine(new { Question = question.Trim(), Error = error });
            else
                Console.Out.WriteLine();
            Terminal.Error(error);
        }
    }

    /// <summary>Answers a question, which the first Ctrl+C stops.</summary>
    /// <param name="answer">Answers it, until its argument is cancelled.</param>
    /// <param name="stopped">The sentence about an answer that was stopped.</param>
    /// <param name="cancellation">Stops everything.</param>
    /// <returns>The sentence that says why there is no answer; null where there is one.</returns>
    public static string? Try(Action<CancellationToken> answer, string stopped, CancellationToken cancellation)
    {
        using var stop = new AnswerStop(cancellation);
        try
        {
            answer(stop.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return stopped;
        }
        catch (Exception e) when (e is not (StandardOutputException or OperationCanceledException))
        {
            Fault.Trace(e);
            return Fault.Sentence(e);
        }
    }
}
