using Homer.Engine.Models;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Merging;
using ILGPU;

namespace Homer.Engine.Calibration;

/// <summary>
/// Measures a model's calibration table: it reads segments of ordinary text and takes, in each layer, the last token's attention logit at
/// each distance, the largest over heads (arXiv 2404.10308, section 3.2).
/// </summary>
public static class Calibrator
{
    /// <summary>Measures a table over segments of equal length.</summary>
    /// <param name="model">The model.</param>
    /// <param name="segments">At least one segment; all are as long as the longest chunk that the table is to serve.</param>
    /// <param name="scaling">The position scaling.</param>
    /// <param name="progress">Receives the share of the work that is done, 0 … 1.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="HomerException">There are no segments, they differ in length, or an id is out of range.</exception>
    public static CalibrationTable Measure(
        TransformerModel model, IReadOnlyList<int[]> segments, RopeScaling scaling, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(segments);
        if (segments.Count == 0 || segments[0].Length == 0)
            throw new HomerException("There is no text to calibrate on; give at least one segment of tokens.");
        if (segments.Any(segment => segment.Length != segments[0].Length))
            throw new HomerException("Calibration segments must all have the same length; cut them to the chunk's length.");
        foreach (int[] segment in segments)
            model.RequireKnown(segment);
        using Compiling.Scope compiling = Compiling.Until(cancellation);
        using var lifetime = new Lifetime();
        var measurement = new Measurement(model, segments[0].Length, scaling, lifetime);
        for (int s = 0; s < segments.Count; s++)
        {
            measurement.Add(segments[s], s + 1, cancellation);
            progress?.Invoke((s + 1.0) / segments.Count);
        }

        return measurement.Table(segments.Count);
    }

    private sealed class Measurement
    {
        private readonly TransformerModel model;
        private readonly int length;
        private readonly Significance significance;
        private readonly LogitStatistics statistics;
        private readonly KeyValueCache cache;
        private readonly ForwardPass forward;
        private readonly ChunkRows rows;
        private readonly DeviceBuffer<float> zero;
        private readonly DeviceBuffer<float> mean;
        private readonly DeviceBuffer<float> squares;

        /// <summary>Allocates what a measurement needs.</summary>
        /// <param name="model">The model.</param>
        /// <param name="length">The length of a segment in tokens.</param>
        /// <param name="scaling">The position scaling.</param>
        /// <param name="lifetime">Owns the buffers.</param>
        public Measurement(TransformerModel model, int length, RopeScaling scaling, Lifetime lifetime)
        {
            this.model = model;
            this.length = length;
            ComputeDevice device = model.Device;
            ModelConfig config = model.Config;
            significance = device.Kernels.Get(device => new Significance(device));
            statistics = new(device);
            int[] order = [.. Enumerable.Range(0, length)], lengths = [.. Enumerable.Repeat(length, config.Layers)];
            var zeros = new float[(long)config.Layers * length];
            cache = lifetime.Own(new KeyValueCache(device, lengths, config.KvHeads, config.HeadDim));
            forward = lifetime.Own(new ForwardPass(model, lifetime.Own(new RopeTable(device, config, scaling, length)), length));
            rows = lifetime.Own(new ChunkRows(device, length, config.HiddenSize));
            zero = lifetime.Own(device.Upload<float>([0], MemoryUse.Workspace));
            mean = lifetime.Own(device.Upload<float>(zeros, MemoryUse.Workspace));
            squares = lifetime.Own(device.Upload<float>(zeros, MemoryUse.Workspace));
            rows.Write(0, order, order);
        }

        /// <summary>Reads a segment and adds its logits to the statistics.</summary>
        /// <param name="segment">The tokens.</param>
        /// <param name="number">The number of the segment, from 1 on.</param>
        /// <param name="cancellation">Stops between layers.</param>
        public void Add(int[] segment, int number, CancellationToken cancellation)
        {
            ArrayView<float> hidden = rows.Hidden(0, length), logits = rows.Significance(0, length);
            ArrayView<int> positions = rows.Positions(0, length);
            // Logits as they are: the mean that significance subtracts is 0.
            var calibration = new LayerCalibration { MeanLogits = zero.View, Scale = 1 };
            forward.Embed(segment, hidden);
            for (int layer = 0; layer < model.Config.Layers; layer++)
            {
                cancellation.ThrowIfCancellationRequested();
                forward.Attend(layer, hidden, positions, length, cache, 0, 0);
                significance.Launch(logits, forward.QueryOf(length - 1), new(cache, layer), positions, calibration, accumulate: false);
                long start = (long)layer * length;
                statistics.Launch(mean.View.SubView(start, length), squares.View.SubView(start, length), logits, length, number);
                forward.Mlp(layer, hidden, length);
            }
        }

        /// <summary>Returns the means, and each layer's standard deviation from them over all segments and distances.</summary>
        public CalibrationTable Table(int segments)
        {
            float[] ofLayers = squares.Read();
            var scale = new float[model.Config.Layers];
            for (int layer = 0; layer < scale.Length; layer++)
            {
                double sum = ofLayers.AsSpan(layer * length, length).ToArray().Sum(square => (double)square);
                double deviation = Math.Sqrt(sum / ((double)segments * length));
                // A single segment does not deviate from its own mean; its layers then all count the same.
                scale[layer] = deviation > 0 ? (float)deviation : 1;
            }

            float[] means = mean.Read();
            model.RequireFinite(means, "The attention logits", () => Array.FindIndex(means, value => !float.IsFinite(value)) / length);
            model.RequireFinite(scale, "The deviations of attention logits", () => Array.FindIndex(scale, value => !float.IsFinite(value)));
            return new(model.Config.Layers, length, means, scale);
        }
    }
}
