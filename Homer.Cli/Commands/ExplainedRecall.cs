using Homer.Cli.Output;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Reading;

namespace Homer.Cli.Commands;

/// <summary>Shows a reading by recall before it begins: which heads look, how much is read for the answer, and the cost.</summary>
internal static class ExplainedRecall
{
    /// <summary>Writes the forecast of a reading.</summary>
    /// <param name="forecast">The forecast.</param>
    /// <param name="seconds">The estimated seconds of the reading.</param>
    /// <param name="json">Whether to write an object instead of a table.</param>
    public static void Write(RecallForecast forecast, double seconds, bool json)
    {
        RecallReading reading = forecast.Reading;
        (ContextInput input, ResolvedRecallOptions options) = (reading.Request.Input, reading.Options);
        string heads = string.Join("+", options.Heads), question = options.Question.ToString().ToLowerInvariant();
        double asking = seconds / forecast.Work.Flop * forecast.WorkWithKeptLeaves.Flop;
        if (json)
        {
            Terminal.WriteJson(new
            {
                Input = new
                {
                    Tokens = input.Length,
                    Prefix = input.Prefix.Count,
                    Context = input.Document.Count,
                    Suffix = input.Suffix.Count,
                },
                Options = new { Heads = heads, Question = question, options.Tokens, options.Neighbours, options.Chunk, options.Overlap },
                reading.Chunks,
                Read = reading.Chosen,
                reading.Merges,
                forecast.KeyBytes,
                forecast.Memory,
                HostBytes = MemoryForecast.HostBytesFor(input.Length),
                forecast.Work,
                EstimatedSeconds = seconds,
                EstimatedSecondsAgain = asking,
            });
            return;
        }

        Console.Out.WriteLine(
            $"{input.Length:N0} tokens (prefix {input.Prefix.Count}, document {input.Document.Count:N0}, suffix {input.Suffix.Count}) in "
            + (reading.Chunks == 0 ? "one text, which is read whole" : $"{reading.Chunks:N0} chunks of at most {options.Chunk:N0}"));
        var table = new ForecastTable();
        if (reading.Chunks > 0)
        {
            string looking = options.Question == RecallQuestion.Own ? "the question's own tokens" : "all tokens of the question's turn";
            table.Add("heads that look", $"{heads}, for {looking}");
            table.Add("kept keys", $"{Terminal.Bytes(forecast.KeyBytes)}, {reading.BytesPerToken} bytes a token");
        }

        string merged = reading.Merges ? ", in HOMER's tree, since the window does not hold them" : "";
        table.Add("read for the answer", $"{reading.Chosen:N0} tokens, {options.Neighbours} on each side of one that is found{merged}");
        table.Add(forecast, reading.Request, seconds);
        table.Add("a further question", ForecastTable.Duration(asking));
        table.Write();
    }
}
