using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Forecast;

public sealed class MemoryBudgetTests : DeviceTests
{
    // The weights of the golden model are about 160 000 bytes; its runs take from 80 000 to a few million more.
    private static readonly Gen<long> AnyBudget = Gen.Frequency((1, Gen.Long[0, 200_000]), (6, Gen.Long[200_000, 600_000]), (1, Gen.Long[600_000, 5_000_000]));

    [Fact]
    public void A_run_stays_within_any_budget_or_is_refused_before_it_allocates()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        Gen.Select(ForecastCase.For(model.Config), AnyBudget, Gen.Bool).Sample(
            (given, budget, open) =>
            {
                var request = new ContextRequest(model, given.Input(model.Config))
                {
                    Options = open ? given.Options with { Chunk = null, Target = null } : given.Options,
                    NewTokens = given.NewTokens,
                };
                device.Memory.ResetPeak();
                long before = device.Memory.InUse;
                try
                {
                    (HomerOptions options, MemoryForecast forecast) = MemoryBudget.Fit(request, null, budget);
                    using (KvContext context = new HomerMethod().Read(request with { Options = options }))
                        Assert.Equal(given.NewTokens, Math.Min(context.Room, given.NewTokens));
                    Assert.Equal(forecast.PeakBytes, device.Memory.Peak);
                    Assert.True(device.Memory.Peak <= budget);
                }
                catch (HomerException)
                {
                    Assert.Equal(before, device.Memory.Peak);
                }
            },
            iter: 40, threads: 1);
    }

    [Fact]
    public void The_longest_chunk_that_fits_is_chosen()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3])) { Options = new() { CacheType = CacheType.Float32 } };
        // Half the window of 128.
        MemoryForecast unbounded = RunForecast.Of(request).Memory;
        Assert.Equal(64, MemoryBudget.Fit(request, null, unbounded.PeakBytes).Options.Chunk);
        (HomerOptions options, MemoryForecast forecast) = MemoryBudget.Fit(request, null, unbounded.PeakBytes - 1);
        Assert.InRange(options.Chunk!.Value, 35, 63);
        Assert.Equal(forecast, RunForecast.Of(request with { Options = options }).Memory);
        Assert.All(
            Enumerable.Range(options.Chunk.Value + 1, 64 - options.Chunk.Value),
            longer => Assert.True(RunForecast.Of(request with { Options = options with { Chunk = longer } }).Memory.PeakBytes >= unbounded.PeakBytes));
    }

    [Fact]
    public void Keys_and_values_take_16_bits_before_a_chunk_is_shortened()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        MemoryForecast wide = RunForecast.Of(request).Memory, narrow = RunForecast.Of(request with { Options = new() { CacheType = CacheType.Float16 } }).Memory;
        Assert.InRange(narrow.CacheBytes, wide.CacheBytes / 2, wide.CacheBytes * 3 / 4);
        (HomerOptions options, MemoryForecast forecast) = MemoryBudget.Fit(request, null, wide.PeakBytes - 1);
        Assert.Equal((64, CacheType.Float16, narrow), (options.Chunk, options.CacheType, forecast));
        Assert.InRange(MemoryBudget.Fit(request, null, narrow.PeakBytes - 1).Options.Chunk!.Value, 35, 63);
    }

    [Fact]
    public void Settings_that_were_given_are_kept()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        HomerOptions given = HomerOptions.Best with { Chunk = 40, Target = 90, CacheType = CacheType.Float32 };
        Assert.Equal(given, MemoryBudget.Fit(request with { Options = given }, null, 1 << 30).Options);
        Refused.With("chunks of 40 tokens", () => MemoryBudget.Fit(request with { Options = given }, null, 250_000));
        Assert.Equal(90, MemoryBudget.Fit(request with { Options = given with { Chunk = null } }, null, 1 << 30).Options.Target);
    }

    [Fact]
    public void Chunks_stay_within_the_calibration_table()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var table = new CalibrationTable(model.Config.Layers, 50, new float[model.Config.Layers * 50], null);
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3])) { Calibration = table };
        (HomerOptions options, _) = MemoryBudget.Fit(request, null, 1 << 30);
        (_, MergePlan plan) = HierarchicalMerging.Prepare(model.Config, request.Input, options, table);
        Assert.InRange(plan.SuffixPosition + plan.SuffixLength, 1, 50);
        Refused.With("calibration table", () => MemoryBudget.Fit(request with { Calibration = new(6, 10, new float[60], null) }, null, 1 << 30));
    }

    [Fact]
    public void A_refusal_says_what_would_fit()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        Refused.With("weights alone", () => MemoryBudget.Fit(request, null, 1000));
        string message = Assert.Throws<HomerException>(() => MemoryBudget.Fit(request, null, model.Device.Memory.InUse + 1)).Message;
        long least = long.Parse(message.Split("its peak is ")[1].Split(", of")[0].Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(least, MemoryBudget.Fit(request, null, least).Forecast.PeakBytes);
        Refused.With("even with", () => MemoryBudget.Fit(request, null, least - 1));
    }
}
