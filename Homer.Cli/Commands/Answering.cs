using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Passages;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>A generated text with its cost, in the form that <c>--json</c> prints.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">The new tokens.</param>
/// <param name="FinishReason">The reason why the text ended.</param>
/// <param name="FurtherReadings">The number of further readings of the document.</param>
/// <param name="Timings">The seconds of both phases.</param>
/// <param name="Memory">The device memory.</param>
internal sealed record Answer(
    string Text, IReadOnlyList<int> Tokens, string FinishReason, int FurtherReadings, Timings Timings, MemoryReport Memory)
{
    /// <summary>The question; null where it stands on the command line.</summary>
    [JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Question { get; init; }

    /// <summary>The thought before the answer; null where the model does not think.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Thought { get; init; }

    /// <summary>The account of the document's tokens, by file; null where no document was read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReadReceipt>? Receipt { get; init; }

    /// <summary>Whether the document holds the answer; null where that was not judged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? InDocument { get; init; }

    /// <summary>The share of the question that the nearest passage supplies, at most 1; null where nothing was judged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Evidence { get; init; }

    /// <summary>The text of the model where the document does not hold it; null where the answer stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Guess { get; init; }

    /// <summary>
    /// The passages that the answer attends to most, or those nearest to the question where the document does not hold an answer; null
    /// where nobody asked, or the cache does not say what it holds.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Passage>? Passages { get; init; }

    /// <summary>The files of a book that the answer rests on and that are not what was read any more; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StaleFile>? Stale { get; init; }
}

/// <summary>The seconds of prefill and decode, and the speed of decode.</summary>
internal sealed record Timings(double PrefillSeconds, double DecodeSeconds, double TokensPerSecond);

/// <summary>Reads a context and continues it, with a progress bar: the common part of ask, generate and demo.</summary>
internal static class Answering
{
    /// <summary>Reads a document and answers, reading it again where the model is unsure.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="label">The label of the progress bar.</param>
    /// <param name="reader">The reader of the document.</param>
    /// <param name="options">The settings of the answer.</param>
    /// <param name="stream">Receives each piece of text as it comes.</param>
    /// <param name="finish">Receives the context and the tokens of the answer, before the context is freed.</param>
    public static Answer Run(
        HomerEngine engine, string label, DocumentReader reader, GenerationOptions options, Action<string>? stream,
        Action<KvContext, IReadOnlyList<int>>? finish = null)
    {
        reader.Showing = (again, read) =>
        {
            // The bar does not overwrite the line of the answer.
            if (stream is not null && !Console.IsOutputRedirected && !Console.IsErrorRedirected)
                Console.Error.WriteLine();
            string unsure = Terminal.OneLine(engine.Tokenizer.Decode([again.Token]).Trim());
            return Terminal.WithProgress($"Reading again, {again.Number} of {again.Most}: the model was unsure of '{unsure}'", read);
        };
        Answer answer = Run(engine, label, reader.Read, context => reader.Continue(context, engine.Tokenizer, options), stream, finish);
        if (reader.Rereading is not { Count: > 0 } again)
            return answer;
        double seconds = again.Elapsed.TotalSeconds, decode = answer.Timings.DecodeSeconds - seconds;
        return answer with
        {
            FurtherReadings = again.Count,
            Timings = Time(answer.Timings.PrefillSeconds + seconds, decode, answer.Tokens.Count),
        };
    }

    /// <summary>Creates a context and continues it.</summary>
    /// <param name="engine">The model.</param>
    /// <param name="label">The label of the progress bar.</param>
    /// <param name="read">Creates the context, and reports the share of the work that is done to the function it receives.</param>
    /// <param name="proceed">Describes the continuation of the context.</param>
    /// <param name="stream">Receives each piece of text as it comes.</param>
    /// <param name="finish">Receives the context and the tokens of the answer, before the context is freed.</param>
    public static Answer Run(
        HomerEngine engine,
        string label,
        Func<Action<double>, KvContext> read,
        Func<KvContext, Continuation> proceed,
        Action<string>? stream,
        Action<KvContext, IReadOnlyList<int>>? finish = null)
    {
        engine.Model.Device.Memory.ResetPeak();
        var clock = Stopwatch.StartNew();
        using KvContext context = Terminal.ForOutput(label, read);
        engine.Model.Device.Synchronize();
        double prefill = clock.Elapsed.TotalSeconds;

        var text = new StringBuilder();
        Continuation continuation = proceed(context);
        foreach ((_, string piece) in continuation.Pieces)
        {
            text.Append(piece);
            stream?.Invoke(piece);
        }

        Timings timings = Time(prefill, clock.Elapsed.TotalSeconds - prefill, continuation.Tokens.Count);
        string reason = continuation.FinishReason!.Value.ToString().ToLowerInvariant();
        MemoryReport memory = MemoryReport.Of(engine.Model.Device, context);
        finish?.Invoke(context, continuation.Tokens);
        return new(text.ToString(), continuation.Tokens, reason, 0, timings, memory)
        {
            Thought = continuation.Thought is { Length: > 0 } thought ? thought : null,
        };
    }

    /// <summary>
    /// Writes an answer as a JSON object, on one line where it is one of several; or ends the line of the streamed text and reports its
    /// cost.
    /// </summary>
    public static void Report(Answer answer, bool json)
    {
        if (json)
        {
            if (answer.Question is null)
                Terminal.WriteJson(answer);
            else
                Terminal.WriteJsonLine(answer);
            return;
        }

        Console.Out.WriteLine();
        string again = answer.FurtherReadings > 0 ? $" with {answer.FurtherReadings} further readings" : "";
        Terminal.Note(
            $"read in {answer.Timings.PrefillSeconds:0.00} s, then {answer.Timings.TokensPerSecond:0.0} tokens/s{again}; peak memory "
            + $"{Terminal.Bytes(answer.Memory.PeakBytes)}, of which weights {Terminal.Bytes(answer.Memory.WeightsBytes)}");
    }

    internal static Timings Time(double prefill, double decode, int tokens) => new(prefill, decode, decode > 0 ? tokens / decode : 0);
}
