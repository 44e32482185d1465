using Homer.Engine.Calibration;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Calibration;

public sealed class CalibratorTests : DeviceTests
{
    private const double Tolerance = 1e-4;

    [Theory]
    [EveryDevice]
    public void Bias_is_as_recorded(string name) => Compare(
        Path.Combine(GoldenCase.Data, "plain-and-calibration.safetensors"), GoldenCase.Model("random-gqa"), name);

    [Theory]
    [EveryDevice]
    public void Bias_of_a_trained_model_is_as_recorded(string name) =>
        Compare(SharedData.Require("golden/stories260K-bias.safetensors"), SharedData.Require("models/stories260K"), name);

    [Fact]
    public void Scale_is_the_deviation_of_logits_from_their_mean()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var random = new Random(1);
        int[][] segments = [.. Enumerable.Range(0, 7).Select(_ => random.Below(30, 64))];
        CalibrationTable table = Measure(model, segments);
        // The table of a single segment holds its logits, because it is a mean over one.
        float[][] logits = [.. segments.Select(segment => Measure(model, [segment]).MeanLogits.ToArray())];
        for (int layer = 0; layer < table.Layers; layer++)
        {
            double squares = 0;
            for (int i = layer * 30; i < (layer + 1) * 30; i++)
            {
                double mean = logits.Average(segment => (double)segment[i]);
                Assert.Equal(mean, table.MeanLogits[i], Tolerance);
                squares += logits.Sum(segment => Math.Pow(segment[i] - mean, 2));
            }

            Assert.Equal(Math.Sqrt(squares / (7 * 30)), table.Scale(layer), Tolerance);
        }
    }

    [Fact]
    public void One_segment_leaves_layers_equal()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        CalibrationTable table = Measure(model, [[1, 2, 3]]);
        Assert.All(Enumerable.Range(0, table.Layers), layer => Assert.Equal(1, table.Scale(layer)));
    }

    [Fact]
    public void Segments_that_cannot_be_measured_are_refused()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Refused.With("no text", () => Measure(model, []));
        Refused.With("no text", () => Measure(model, [[]]));
        Refused.With("same length", () => Measure(model, [[1, 2], [1]]));
        Refused.With("Token id 64", () => Measure(model, [[1, 2], [1, 64]]));
    }

    [Fact]
    public void Cancellation_frees_all_memory()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        long before = device.Memory.InUse;
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => Calibrator.Measure(model, [[1, 2], [3, 4]], RopeScaling.None, _ => source.Cancel(), source.Token));
        Assert.Equal(before, device.Memory.InUse);
    }

    private static CalibrationTable Measure(TransformerModel model, int[][] segments) =>
        Calibrator.Measure(model, segments, RopeScaling.None);

    private void Compare(string path, string folder, string deviceName)
    {
        using SafetensorsFile golden = SafetensorsFile.Open(path);
        using var model = TransformerModel.Load(folder, Open(deviceName));
        int length = (int)golden["segments"].Shape[1];
        CalibrationTable table = Measure(model, [.. golden.ReadArray<int>("segments").Chunk(length)]);
        Assert.Equal((model.Config.Layers, length, true), (table.Layers, table.Distances, table.HasScale));
        Expected.AssertAll(Expected.Within(golden.Span<float>("bias"), Tolerance), table.MeanLogits, "bias");
    }
}
