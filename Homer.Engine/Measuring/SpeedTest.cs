using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Leaves;
using Homer.Engine.Models;
using Homer.Kernels.KvCache;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>
/// Measures how fast a model reads and writes, over tokens that mean nothing: no step of the work depends on what they say.
/// </summary>
/// <param name="model">The model, alone on its device.</param>
/// <param name="options">The settings of hierarchical merging.</param>
/// <param name="ceilings">What the device can do at best.</param>
public sealed class SpeedTest(TransformerModel model, HomerOptions options, Ceilings ceilings)
{
    // The instructions and the question of an ordinary request.
    private const int LongestAffix = 16;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(0.4);

    private readonly Dictionary<long, double> bandwidths = [];

    /// <summary>Measures cases, and the device's ceilings before and after them.</summary>
    /// <param name="model">The model, alone on its device.</param>
    /// <param name="options">The settings of hierarchical merging.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="repetitions">How often each is repeated, after at least one that does not count.</param>
    /// <param name="progress">Told the share of the cases that are done, 0 … 1.</param>
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
    /// <param name="repetitions">How often it is repeated.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">The method is unknown, the case does not fit the model, or memory does not suffice.</exception>
    public SpeedResult Run(SpeedCase test, int repetitions, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(test);
        model.Device.Memory.ResetPeak();
        return test.Prompt > 0 ? Read(test, repetitions, cancellation) : Write(test, repetitions, cancellation);
    }

    private SpeedResult Read(SpeedCase test, int repetitions, CancellationToken cancellation)
    {
        IContextMethod method = Method(test);
        // The first repetition, which does not count, keeps the leaves.
        using LeafCache? leaves = test.Method == SpeedCase.HomerAgain ? LeafCache.OnDevice() : null;
        ContextRequest request = Request(test.Prompt) with { Cancellation = cancellation, Leaves = leaves };
        double flop = method is HomerMethod
            ? WorkForecast.Of(model.Config, options.Resolve(model.Config), RunForecast.Of(request).Plan, leavesKept: leaves is not null).Flop
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

    private SpeedResult Write(SpeedCase test, int repetitions, CancellationToken cancellation)
    {
        int[] lengths = CachedTokens(test);
        using KvContext context = KvContext.Create(
            model, model.Config.RopeScaling, [.. lengths], lengths.Max(), test.Generated, options.CacheType ?? CacheType.Float32);
        // Repetitions all begin at the same depth; the bytes are those of the tokens halfway.
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

    /// <summary>Tokens that the method leaves in each layer's cache after reading so many.</summary>
    private int[] CachedTokens(SpeedCase test) =>
        Method(test) is HomerMethod && test.Depth > 0
            ? [.. RunForecast.Of(Request(test.Depth)).Plan.Footprint.Finished]
            : [.. Enumerable.Repeat(test.Depth, model.Config.Layers)];

    private static IContextMethod Method(SpeedCase test) => ContextMethods.Find(test.Method == SpeedCase.HomerAgain ? "homer" : test.Method);

    private ContextRequest Request(int tokens)
    {
        int affix = Math.Clamp(tokens / 4, 1, LongestAffix), prefix = tokens > affix ? Math.Min(affix, tokens - affix) : 0;
        // Never the same leaf twice, which would be kept once.
        var random = new Random(tokens);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Config.VocabularySize))];
        return new(model, new(ids[..prefix], ids[prefix..^affix], ids[^affix..])) { Options = options };
    }

    // Memory that was never written may all be one page of zeros, which no real cache is.
    private void FillCache(KvContext context, int[] lengths)
    {
        for (int layer = 0; layer < lengths.Length; layer++)
        {
            var noise = new float[model.Config.KvHeads * lengths[layer] * model.Config.HeadDim];
            Array.Fill(noise, 0.01f);
            context.Cache.Write(layer, noise, noise, lengths[layer]);
        }
    }

    /// <summary>How fast the device reads so many bytes over and over: what fits in a cache comes from there.</summary>
    private double Bandwidth(long bytes, CancellationToken cancellation)
    {
        if (bytes >= ReadBandwidth.MainMemory)
            return ceilings.Bandwidth;
        return bandwidths.TryGetValue(bytes, out double known) ? known : bandwidths[bytes] = ReadBandwidth.Measure(model.Device, bytes, cancellation);
    }
}
