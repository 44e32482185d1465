using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Leaves;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>Measures the speed of prefill and decode on random tokens: the work does not depend on their meaning.</summary>
/// <param name="model">The model. Nothing else may run on its device.</param>
/// <param name="options">The settings of hierarchical merging.</param>
/// <param name="ceilings">The highest speeds of the device.</param>
public sealed class SpeedTest(TransformerModel model, HomerOptions options, Ceilings ceilings)
{
    // The tokens of the instructions and of the question in an ordinary request.
    private const int LongestAffix = 16;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(0.4);

    private readonly Dictionary<long, double> bandwidths = [];

    /// <summary>Measures all cases, and the ceilings of the device before and after them.</summary>
    /// <param name="model">The model. Nothing else may run on its device.</param>
    /// <param name="options">The settings of hierarchical merging.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="repetitions">The number of repetitions of each case, after at least one that does not count.</param>
    /// <param name="progress">Receives the finished share of the cases, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">A method is unknown, a case does not fit the model, or memory does not suffice.</exception>
    public static SpeedReport RunAll(
        TransformerModel model, HomerOptions options, IReadOnlyList<SpeedCase> cases, int repetitions, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(cases);
        var before = Ceilings.Measure(model.Device, cancellation);
        var test = new SpeedTest(model, options, before);
        List<SpeedResult> results = [];
        foreach (SpeedCase one in cases)
        {
            results.Add(test.Run(one, repetitions, cancellation));
            progress?.Invoke((double)results.Count / cases.Count);
        }

        Ceilings best = before.BestWith(Ceilings.Measure(model.Device, cancellation));
        return new(best, [.. results.Select(result => result.Case.Prompt > 0 ? result with { Ceiling = best.Peak } : result)]);
    }

    /// <summary>Measures one case, after repetitions that do not count.</summary>
    /// <param name="test">The case.</param>
    /// <param name="repetitions">The number of repetitions.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">The method is unknown, the case does not fit the model, or memory does not suffice.</exception>
    public SpeedResult Run(SpeedCase test, int repetitions, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(test);
        model.Device.Memory.ResetPeak();
        return test.Prompt > 0 ? Prefill(test, repetitions, cancellation) : Decode(test, repetitions, cancellation);
    }

    private SpeedResult Prefill(SpeedCase test, int repetitions, CancellationToken cancellation)
    {
        IContextMethod method = Method(test);
        // The first repetition, which does not count, computes and keeps the leaves.
        using LeafCache? leaves = test.Method == SpeedCase.HomerAgain ? LeafCache.OnDevice() : null;
        ContextRequest request = Request(test.Prompt) with { Cancellation = cancellation, Leaves = leaves };
        double flop = method is HomerMethod
            ? WorkForecast.Of(
                model.Config, options.Resolve(model.Config), RunForecast.Of(request).Plan, leavesKept: leaves is not null).Flop
            : WorkForecast.OfPlain(model.Config, test.Prompt).Flop;
        var times = Repetitions.Measure(
            () =>
            {
                using KvContext context = method.Read(request);
                model.Device.Synchronize();
            },
            repetitions, warm: Warm, cancellation: cancellation);
        return new(test, model.Device.Description.Id, times, flop, ceilings.Peak, model.Device.Memory.Peak);
    }

    private SpeedResult Decode(SpeedCase test, int repetitions, CancellationToken cancellation)
    {
        int[] lengths = CachedTokens(test);
        using KvContext context = KvContext.Create(
            model, model.Config.RopeScaling, [.. lengths], lengths.Max(), test.Generated, options.CacheType ?? CacheType.Float32);
        // All repetitions begin at the same depth. The bytes are the mean over the tokens of a repetition, whose context grows.
        double row = (double)context.Cache.Bytes / lengths.Sum(length => (long)length + test.Generated);
        double bytes = test.Generated * (model.WeightsBytesPerToken + lengths.Sum(length => (length + (0.5 * (test.Generated + 1))) * row));
        FillCache(context, lengths);
        var times = Repetitions.Measure(
            () =>
            {
                for (int i = 0; i < test.Generated; i++)
                {
                    context.Append([i % model.Config.VocabularySize], cancellation: cancellation);
                    model.Device.Synchronize();
                }

                context.Truncate(test.Generated, lengths.Max());
            },
            repetitions, warm: Warm, cancellation: cancellation);
        long peak = model.Device.Memory.Peak;
        return new(test, model.Device.Description.Id, times, bytes, Bandwidth((long)(bytes / test.Generated), cancellation), peak);
    }

    /// <summary>Returns the number of tokens in the cache of each layer after the method has read the context [layers].</summary>
    private int[] CachedTokens(SpeedCase test) =>
        Method(test) is HomerMethod && test.Depth > 0
            ? [.. RunForecast.Of(Request(test.Depth)).Plan.Footprint.Finished]
            : [.. Enumerable.Repeat(test.Depth, model.Config.Layers)];

    private static IContextMethod Method(SpeedCase test) =>
        ContextMethods.Find(test.Method == SpeedCase.HomerAgain ? "homer" : test.Method);

    private ContextRequest Request(int tokens)
    {
        int affix = Math.Clamp(tokens / 4, 1, LongestAffix);
        int prefix = tokens > affix ? Math.Min(affix, tokens - affix) : 0;
        // Random tokens, because equal leaves would be kept once only.
        var random = new Random(tokens);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Config.VocabularySize))];
        return new(model, new(ids[..prefix], ids[prefix..^affix], ids[^affix..])) { Options = options };
    }

    // Memory that was never written may be mapped to a single page of zeros, which would stay in the L1 cache.
    private void FillCache(KvContext context, int[] lengths)
    {
        for (int layer = 0; layer < lengths.Length; layer++)
        {
            var noise = new float[model.Config.KvHeads * lengths[layer] * model.Config.HeadDim];
            Array.Fill(noise, 0.01f);
            context.Cache.Write(layer, noise, noise, lengths[layer]);
        }
    }

    /// <summary>
    /// Returns the bytes per second at which the device reads a block again and again; a block that fits in a cache is read from there.
    /// </summary>
    private double Bandwidth(long bytes, CancellationToken cancellation)
    {
        if (bytes >= ReadBandwidth.MainMemory)
            return ceilings.Bandwidth;
        if (!bandwidths.TryGetValue(bytes, out double measured))
            bandwidths[bytes] = measured = ReadBandwidth.Measure(model.Device, bytes, cancellation);
        return measured;
    }
}
