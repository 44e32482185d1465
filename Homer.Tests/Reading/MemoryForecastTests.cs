using CsCheck;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

/// <summary>Compares forecasts with the memory that the device accounts.</summary>
public sealed class MemoryForecastTests : DeviceTests
{
    [Theory]
    [InlineData("random-gqa", 20)]
    [InlineData("random-mha-tied", 20)]
    [InlineData("homer-mini", 4)]
    public void The_forecast_peak_equals_the_measured_peak(string name, int cases)
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
                var method = (HomerMethod)new HomerMethod(given.Options).WithCalibration(given.Calibrated ? table : null);
                if (TryPlan(method, given.Request(model)) is not { } reading)
                    return;
                MemoryForecast forecast = reading.Forecast(given.Generation).Memory;
                device.Memory.ResetPeak();
                long weights = device.Memory.InUse;
                bool stopped;
                using (KvContext context = reading.Read())
                    stopped = given.Generation is { } generation && Generate(model, context, generation) == FinishReason.Stop;
                // A text that ends at once never takes the memory of the first new token.
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

    private static PlannedReading? TryPlan(HomerMethod method, ContextRequest request)
    {
        try
        {
            return method.Plan(request);
        }
        catch (HomerException)
        {
            return null;
        }
    }
}
