using System.Diagnostics;
using System.Text;
using Homer.Engine.Methods.Recall;

namespace Homer.Engine.Books;

/// <summary>Reads the files that changed, chunk by chunk, and tells how far it is.</summary>
internal sealed class FileReading(HomerEngine engine, ResolvedRecallOptions options, int[] prefix, BookPart part) : IDisposable
{
    // Whoever waits longer wants to know how far a single chunk is.
    private static readonly TimeSpan SlowChunk = TimeSpan.FromSeconds(2);

    private readonly Stopwatch clock = new();
    private TimeSpan? lastChunk;
    private KeyReader? reader;
    private Action<BookProgress>? progress;
    private double allBytes, doneBytes, keptBytes;
    private long tokens;

    public void Begin(long bytes, Action<BookProgress>? report) => (allBytes, progress) = (Math.Max(1, bytes), report);

    public void PassOver(long bytes)
    {
        doneBytes += bytes;
        keptBytes += bytes;
    }

    public void Read(string name, string hash, string text, long bytes, CancellationToken cancellation)
    {
        if (part.Ids(name, hash) is not { } ids)
        {
            ids = engine.Prompt.Document(text, cancellation);
            part.Add(name, hash, ids, Encoding.UTF8.GetBytes(text));
        }

        foreach ((int start, int overlap, int count) in KeyReader.Slices(options, prefix.Length, ids.Length))
        {
            cancellation.ThrowIfCancellationRequested();
            double share = (double)bytes * count / ids.Length;
            doneBytes += share;
            if (part.Has(name, hash, start, count))
            {
                keptBytes += share;
                continue;
            }

            clock.Start();
            TimeSpan begun = clock.Elapsed;
            int first = start - overlap;
            RecallPart keys = engine.Gate.Run(
                () =>
                {
                    reader ??= new(engine.Model, engine.Model.Config.RopeScaling, options, prefix, cancellation);
                    reader.Progress = lastChunk is null || lastChunk > SlowChunk
                        ? within => ReportWithin(begun, share * (within - 1), count * within)
                        : null;
                    return reader.Read(ids.AsSpan(first, overlap + count), overlap, cancellation);
                },
                cancellation);
            part.Add(name, hash, start, keys);
            lastChunk = clock.Elapsed - begun;
            tokens += count;
            Report(0, 0);
        }
    }

    public void Dispose() => engine.Gate.Run(() => Free(), default);

    private bool Free()
    {
        reader?.Dispose();
        return true;
    }

    private void ReportWithin(TimeSpan begun, double bytes, double some)
    {
        if (clock.Elapsed - begun > SlowChunk)
            Report(bytes, some);
    }

    /// <summary>Reports the progress, with bytes and tokens more than those of whole chunks.</summary>
    private void Report(double moreBytes, double moreTokens)
    {
        double seconds = clock.Elapsed.TotalSeconds, done = doneBytes + moreBytes;
        double left = seconds * (allBytes - done) / Math.Max(1, done - keptBytes);
        progress?.Invoke(new(
            Math.Min(1, done / allBytes), (tokens + moreTokens) / seconds, TimeSpan.FromSeconds(Math.Clamp(left, 0, 1e8))));
    }
}
