using CsCheck;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Calibration;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Forecast;

/// <summary>The forecast against what the device accounts.</summary>
public sealed class MemoryForecastTests : DeviceTests
{
    [Theory]
    [InlineData("random-gqa", 20)]
    [InlineData("random-mha-tied", 20)]
    [InlineData("homer-mini", 4)]
    public void Peak_is_what_a_run_accounts(string name, int cases)
    {
        ComputeDevice device = Open("cpu");
        string folder = name == "homer-mini" ? RepositoryFiles.HomerMini : GoldenCase.Model(name);
        long before = device.Memory.InUse;
        using var model = TransformerModel.Load(folder, device);
        Assert.Equal(device.Memory.InUse - before, TransformerModel.WeightsBytes(folder));
        CalibrationTable table = name == "homer-mini"
            ? CalibrationTable.Read(Path.Combine(folder, CalibrationTable.FileName))
            : new(model.Config.Layers, 400, new float[model.Config.Layers * 400], [.. Enumerable.Repeat(1f, model.Config.Layers)]);
        ForecastCase.For(model.Config).Sample(
            given =>
            {
                CalibrationTable? calibration = given.Calibrated ? table : null;
                ContextInput input = given.Input(model.Config);
                if (TryPrepare(model, input, given.Options, calibration) is not { } prepared)
                    return;
                var forecast = MemoryForecast.Of(
                    model, prepared.Options, prepared.Plan, calibration, given.NewTokens, given.Generation, device.Memory.InUse);
                device.Memory.ResetPeak();
                long weights = device.Memory.InUse;
                bool stopped;
                using (KvContext context = HierarchicalMerging.Read(new(model, input) { Options = given.Options, Calibration = calibration, NewTokens = given.NewTokens }))
                    stopped = given.Generation is { } generation && Generate(model, context, generation) == FinishReason.Stop;
                // A model that ends the text at once never takes what the first new token would have needed.
                if (stopped)
                    Assert.InRange(device.Memory.Peak, 0, forecast.PeakBytes);
                else
                    Assert.Equal(device.Memory.Peak, forecast.PeakBytes);
                Assert.Equal(weights, forecast.WeightsBytes);
                Assert.True(forecast.CacheBytes > 0 && forecast.WorkspaceBytes > 0);
            },
            iter: cases, threads: 1);
    }

    private static FinishReason? Generate(TransformerModel model, KvContext context, GenerationOptions options)
    {
        using var generator = new Generator(model, options);
        Assert.NotNull(generator.Generate(context).ToArray());
        return generator.FinishReason;
    }

    private static (ResolvedHomerOptions Options, MergePlan Plan)? TryPrepare(
        TransformerModel model, ContextInput input, HomerOptions options, CalibrationTable? calibration)
    {
        try
        {
            return HierarchicalMerging.Prepare(model, input, options, calibration);
        }
        catch (HomerException)
        {
            return null;
        }
    }
}
