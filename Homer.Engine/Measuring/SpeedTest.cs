using Homer.Engine.Checks;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.KvCache;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>
/// Measures how fast a model reads and writes, over tokens that mean nothing: no step of the work depends on what they say.
/// </summary>
/// <param name="setup">The model and the settings.</param>
/// <param name="ceilings">The measured peak rates of the device.</param>
public sealed class SpeedTest(SpeedSetup setup, Ceilings ceilings)
{
    // The tokens of the instructions and of the question in an ordinary request.
    private const int LongestAffix = 16;

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(0.4);

    private readonly SpeedSetup setup = NotNull.Of(setup);
    private readonly Ceilings ceilings = NotNull.Of(ceilings);
    private readonly TransformerModel model = setup.Model;
    private readonly Dictionary<long, double> bandwidths = [];

    /// <summary>Measures cases, and the device's ceilings before and after them.</summary>
    /// <param name="setup">The model and the settings.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="repetitions">The number of repetitions of each case, after at least one that does not count.</param>
    /// <param name="progress">Receives the finished share of the cases, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">A method is unknown, a case does not fit the model, or memory does not suffice.</exception>
    public static SpeedReport RunAll(
        SpeedSetup setup, IReadOnlyList<SpeedCase> cases, int repetitions, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(cases);
        var before = Ceilings.Measure(setup.Model.Device, cancellation);
        var test = new SpeedTest(setup, before);
        List<SpeedResult> results = [];
        foreach (SpeedCase one in cases)
        {
            results.Add(test.Run(one, repetitions, cancellation));
            progress?.Invoke((double)results.Count / cases.Count);
        }

        Ceilings best = before.BestWith(Ceilings.Measure(setup.Model.Device, cancellation));
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
        // The first repetition, which does not count, keeps the leaves.
        using LeafStore? leaves = test.Method == SpeedCase.HomerAgain ? LeafStore.OnDevice() : null;
        var reader = new DocumentReader(Method(test), Request(test.Prompt) with { Cancellation = cancellation });
        reader.Keep(leaves);
        ReadingForecast? forecast = reader.Forecast();
        WorkForecast work = (leaves is null ? forecast?.Work : forecast?.WorkWithKeptLeaves)
            ?? WorkForecast.OfPlain(model.Config, test.Prompt);
        var times = Repetitions.Measure(
            () =>
            {
                using KvContext context = reader.Read();
                model.Device.Synchronize();
            },
            repetitions, warm: Warm, cancellation: cancellation);
        return new(test, model.Device.Description.Id, times, work.Flop, ceilings.Peak, model.Device.Memory.Peak);
    }

    private SpeedResult Decode(SpeedCase test, int repetitions, CancellationToken cancellation)
    {
        int[] lengths = CachedTokens(test);
        using KvContext context = KvContext.Create(
            model, model.Config.RopeScaling, [.. lengths], lengths.Max(), test.Generated, setup.CacheType ?? CacheType.Float32);
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

    /// <summary>Returns the tokens that the method leaves in each layer's cache after it has read as many as a case is deep.</summary>
    private int[] CachedTokens(SpeedCase test)
    {
        ReadingForecast? forecast = test.Depth > 0 ? new DocumentReader(Method(test), Request(test.Depth)).Forecast() : null;
        return [.. forecast?.CachedTokens ?? Enumerable.Repeat(test.Depth, model.Config.Layers)];
    }

    private IContextMethod Method(SpeedCase test) =>
        MethodChoice.Parse(test.Method == SpeedCase.HomerAgain ? "homer" : test.Method).Over(setup.Options);

    private ContextRequest Request(int tokens)
    {
        int affix = Math.Clamp(tokens / 4, 1, LongestAffix);
        int prefix = tokens > affix ? Math.Min(affix, tokens - affix) : 0;
        // Random tokens, because equal leaves would be kept once only.
        var random = new Random(tokens);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(model.Config.VocabularySize))];
        return new(model, new(ids[..prefix], ids[prefix..^affix], ids[^affix..]))
        {
            RopeScaling = setup.RopeScaling,
            CacheType = setup.CacheType,
        };
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
