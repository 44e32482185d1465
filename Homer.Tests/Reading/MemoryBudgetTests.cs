using System.Globalization;
using CsCheck;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

public sealed class MemoryBudgetTests : DeviceTests
{
    // The weights of the golden model are about 160 000 bytes; its runs take from 80 000 to a few million more.
    private static readonly Gen<long> AnyBudget = Gen.Frequency(
        (1, Gen.Long[0, 200_000]),
        (6, Gen.Long[200_000, 600_000]),
        (1, Gen.Long[600_000, 5_000_000]));

    [Fact]
    public void A_run_stays_within_any_budget_or_is_refused_before_it_allocates()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        Gen.Select(ForecastCase.For(model.Config), AnyBudget, Gen.Bool).Sample(
            (given, budget, open) =>
            {
                ContextRequest request = given.Request(model);
                var method = new HomerMethod(open ? given.Options with { Chunk = null, Target = null } : given.Options);
                device.Memory.ResetPeak();
                long before = device.Memory.InUse;
                try
                {
                    (MemoryChoice choice, MemoryForecast forecast) = MemoryBudget.Fit(method, request, null, budget);
                    using (KvContext context = choice.Method.Read(choice.Request))
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
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3])) { CacheType = CacheType.Float32 };
        // Half the window of 128.
        MemoryForecast unbounded = Forecast(new HomerMethod(), request);
        Assert.Equal(64, Fit(new(), request, unbounded.PeakBytes).Choice.Chunk);
        (MemoryChoice choice, MemoryForecast forecast) = Fit(new(), request, unbounded.PeakBytes - 1);
        Assert.InRange(choice.Chunk, 35, 63);
        Assert.Equal(forecast, Forecast(choice.Method, choice.Request));
        Assert.All(
            Enumerable.Range(choice.Chunk + 1, 64 - choice.Chunk),
            longer => Assert.True(Forecast(new HomerMethod(new() { Chunk = longer }), request).PeakBytes >= unbounded.PeakBytes));
    }

    [Fact]
    public void Keys_and_values_take_16_bits_before_a_chunk_is_shortened()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        MemoryForecast wide = Forecast(new HomerMethod(), request);
        MemoryForecast narrow = Forecast(new HomerMethod(), request with { CacheType = CacheType.Float16 });
        Assert.InRange(narrow.CacheBytes, wide.CacheBytes / 2, wide.CacheBytes * 3 / 4);
        (MemoryChoice choice, MemoryForecast forecast) = Fit(new(), request, wide.PeakBytes - 1);
        Assert.Equal((64, CacheType.Float16, narrow), (choice.Chunk, choice.Request.CacheType, forecast));
        Assert.InRange(Fit(new(), request, narrow.PeakBytes - 1).Choice.Chunk, 35, 63);
    }

    [Fact]
    public void Settings_that_were_given_are_kept()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3])) { CacheType = CacheType.Float32 };
        HomerOptions given = HomerOptions.Best with { Chunk = 40, Target = 90 };
        MemoryChoice kept = Fit(given, request, 1 << 30).Choice;
        Assert.Equal((given, CacheType.Float32), (((HomerMethod)kept.Method).Options, kept.Request.CacheType));
        Refused.With("chunks of 40 tokens", () => Fit(given, request, 250_000));
        Assert.Equal(90, ((HomerMethod)Fit(given with { Chunk = null }, request, 1 << 30).Choice.Method).Options.Target);
    }

    [Fact]
    public void Chunks_stay_within_the_calibration_table()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var table = new CalibrationTable(model.Config.Layers, 50, new float[model.Config.Layers * 50], null);
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        (MemoryChoice choice, _) = MemoryBudget.Fit((HomerMethod)new HomerMethod().WithCalibration(table), request, null, 1 << 30);
        MergePlan plan = ((HomerMethod)choice.Method).PlanMerging(request).Plan;
        Assert.InRange(plan.SuffixPosition + plan.SuffixLength, 1, 50);
        var small = (HomerMethod)new HomerMethod().WithCalibration(new(6, 10, new float[60], null));
        Refused.With("calibration table", () => MemoryBudget.Fit(small, request, null, 1 << 30));
    }

    [Fact]
    public void A_refusal_names_the_bytes_that_would_fit()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3]));
        Refused.With("weights alone", () => Fit(new(), request, 1000));
        string message = Assert.Throws<HomerException>(() => Fit(new(), request, model.Device.Memory.InUse + 1)).Message;
        string peak = message.Split("its peak is ")[1].Split(", of")[0];
        long least = long.Parse(peak, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.Equal(least, Fit(new(), request, least).Forecast.PeakBytes);
        Refused.With("even with", () => Fit(new(), request, least - 1));
    }

    private static MemoryForecast Forecast(IPlannedMethod method, ContextRequest request) => method.Plan(request).Forecast().Memory;

    private static (MemoryChoice Choice, MemoryForecast Forecast) Fit(HomerOptions options, ContextRequest request, long bytes) =>
        MemoryBudget.Fit(new HomerMethod(options), request, null, bytes);
}
