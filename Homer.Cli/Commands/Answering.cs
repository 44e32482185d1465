using System.Diagnostics;
using System.Text;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;

namespace Homer.Cli.Commands;

/// <summary>A generated text with what it took, in the form that <c>--json</c> prints; the document was read once and then again that often.</summary>
internal sealed record Answer(string Text, IReadOnlyList<int> Tokens, string FinishReason, int FurtherReadings, Timings Timings, MemoryReport Memory);

/// <summary>Seconds of reading and writing.</summary>
internal sealed record Timings(double PrefillSeconds, double DecodeSeconds, double TokensPerSecond);

/// <summary>Reads a context and continues it, with progress: what ask, generate and demo have in common.</summary>
internal static class Answering
{
    /// <summary>Runs both phases.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="label">What the progress bar says.</param>
    /// <param name="read">Makes the context; gets what to tell the share that is done.</param>
    /// <param name="options">How to continue.</param>
    /// <param name="history">The last tokens read.</param>
    /// <param name="rereading">What to read again where the model is unsure.</param>
    /// <param name="stream">Told each piece of text as it comes.</param>
    /// <param name="cancellation">Stops soon.</param>
    public static Answer Run(
        HomerEngine engine, string label, Func<Action<double>, KvContext> read, GenerationOptions options, IEnumerable<int> history, ConfidenceRereading? rereading,
        Action<string>? stream, CancellationToken cancellation)
    {
        engine.Model.Device.Memory.ResetPeak();
        var clock = Stopwatch.StartNew();
        using KvContext context = Terminal.WithProgress(label, read);
        engine.Model.Device.Synchronize();
        double prefill = clock.Elapsed.TotalSeconds;

        var text = new StringBuilder();
        Continuation continuation = engine.Continue(context, options, history, rereading, cancellation);
        foreach ((_, string piece) in continuation.Pieces)
        {
            text.Append(piece);
            stream?.Invoke(piece);
        }

        double again = rereading?.Elapsed.TotalSeconds ?? 0, decode = clock.Elapsed.TotalSeconds - prefill - again;
        int count = continuation.Tokens.Count;
        return new(
            text.ToString(), continuation.Tokens, continuation.FinishReason!.Value.ToString().ToLowerInvariant(), rereading?.Count ?? 0,
            new(prefill + again, decode, decode > 0 ? count / decode : 0), MemoryReport.Of(engine.Model.Device, context));
    }

    /// <summary>Writes the answer as an object, or ends the text that was streamed and says what it took.</summary>
    public static void Report(Answer answer, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(answer);
            return;
        }

        Console.Out.WriteLine();
        Terminal.Note(
            $"read in {answer.Timings.PrefillSeconds:0.00} s, then {answer.Timings.TokensPerSecond:0.0} tokens/s"
            + (answer.FurtherReadings > 0 ? $" with {answer.FurtherReadings} further readings; peak memory " : "; peak memory ")
            + $"{Terminal.Bytes(answer.Memory.PeakBytes)}, of which weights {Terminal.Bytes(answer.Memory.WeightsBytes)}");
    }
}
