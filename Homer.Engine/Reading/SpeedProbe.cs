using System.Diagnostics;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Reading;

/// <summary>
/// Estimates the time of a reading on its device. The probe runs one layer repeatedly for a second, over arbitrary tokens: all layers of a
/// model are alike, and nearly all work of a reading is that of layers over chunks of about this length.
/// </summary>
public static class SpeedProbe
{
    // Long enough to keep matrix products efficient, short enough to run in seconds on any device.
    private const int LongestProbe = 512;

    // Long enough for the JIT compiler to optimize the code.
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    /// <summary>Estimates the time of a reading; merging, pruning and other load of the machine are not counted.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forecast">The forecast of the reading.</param>
    /// <param name="cancellation">Stops between rounds.</param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static TimeSpan Estimate(TransformerModel model, ReadingForecast forecast, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forecast);
        return Seconds(SecondsPerFlop(model, forecast, cancellation) * forecast.Work.Flop);
    }

    /// <summary>
    /// Estimates the time of a further reading, whose leaves are kept. They read only their suffix, in passes of few tokens whose time is
    /// not that of their work: such a pass is timed, too.
    /// </summary>
    /// <inheritdoc cref="Estimate"/>
    public static TimeSpan EstimateWithKeptLeaves(
        TransformerModel model, ReadingForecast forecast, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forecast);
        return EstimateWithKeptLeaves(model, forecast, Estimate(model, forecast, cancellation), cancellation);
    }

    /// <summary>Estimates the time of a further reading from that of the first, which is not measured again.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forecast">The forecast of the reading.</param>
    /// <param name="first">The result of <see cref="Estimate"/>.</param>
    /// <param name="cancellation">Stops between rounds.</param>
    /// <exception cref="HomerException">The device has not enough memory left.</exception>
    public static TimeSpan EstimateWithKeptLeaves(
        TransformerModel model, ReadingForecast forecast, TimeSpan first, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forecast);
        (long passes, int tokens) = forecast.SuffixPasses;
        double seconds = first.TotalSeconds / forecast.Work.Flop * forecast.WorkWithKeptLeaves.Flop;
        return Seconds(passes == 0 ? seconds : seconds + (passes * MeasureLayer(model, tokens, cancellation).TotalSeconds));
    }

    private static double SecondsPerFlop(TransformerModel model, ReadingForecast forecast, CancellationToken cancellation)
    {
        int length = Math.Min(forecast.LongestPass, LongestProbe);
        double round = MeasureLayer(model, length, cancellation).TotalSeconds;
        return round / WorkForecast.LayerFlop(model.Config, length, length, 0);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2));

    /// <summary>Returns the median time of the first layer.</summary>
    private static TimeSpan MeasureLayer(TransformerModel model, int length, CancellationToken cancellation)
    {
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        ModelConfig config = model.Config;
        using var lifetime = new Lifetime();
        RopeTable rope = lifetime.Own(new RopeTable(model.Device, config, RopeScaling.None, length));
        KeyValueCache cache = lifetime.Own(new KeyValueCache(model.Device, [length], config.KvHeads, config.HeadDim));
        ForwardPass forward = lifetime.Own(new ForwardPass(model, rope, length));
        ChunkRows rows = lifetime.Own(new ChunkRows(model.Device, length, config.HiddenSize));
        int[] order = [.. Enumerable.Range(0, length)];
        rows.Write(0, order, order);
        forward.Embed(new int[length], rows.Hidden(0, length));
        // The first round compiles kernels and brings the layer's weights in from their file.
        Run();
        List<TimeSpan> rounds = [];
        var all = Stopwatch.StartNew();
        while (rounds.Count == 0 || all.Elapsed < Enough)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            Run();
            rounds.Add(Stopwatch.GetElapsedTime(start));
        }

        rounds.Sort();
        return rounds[rounds.Count / 2];

        void Run()
        {
            ArrayView<float> hidden = rows.Hidden(0, length);
            forward.Attend(0, hidden, rows.Positions(0, length), length, cache, 0, 0);
            forward.Mlp(0, hidden, length);
            model.Device.Synchronize();
        }
    }
}
