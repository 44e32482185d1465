using Homer.Kernels.Devices;
using Homer.Kernels.Layers;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using Homer.Tests.Kernels;

namespace Homer.Tests.Support;

/// <summary>
/// The input of a fused kernel, which normalizes rows before it multiplies them: random rows and the weights of the norm.
/// </summary>
internal sealed class NormedInput : IDisposable
{
    public const float Epsilon = 1e-5f;

    private readonly ComputeDevice device;
    private readonly float[] x;
    private readonly float[] norm;
    private readonly int rows;

    public NormedInput(ComputeDevice device, int rows, int width, Random random)
    {
        this.device = device;
        this.rows = rows;
        x = random.Normal(rows * width);
        norm = random.Normal(width);
        Rows = new(device, x, aligned: true);
        Norm = new(device, norm, aligned: true);
    }

    public CanaryBuffer<float> Rows { get; }

    public CanaryBuffer<float> Norm { get; }

    /// <summary>The rows as kernels take them.</summary>
    public NormedRows View => new() { Rows = Rows.View, Weight = Norm.View, Epsilon = Epsilon, Count = rows, Width = norm.Length };

    /// <summary>
    /// Returns the rows by which weights of a type are multiplied: normalized, and on the CPU rounded to eight bits if the weights are.
    /// </summary>
    public Expected[] Multiplied(WeightType type)
    {
        if (type != WeightType.Int8 || device.Description.Kind != DeviceKind.Cpu)
            return Reference.RmsNorm(x, norm, rows, Epsilon);
        // The direction of rounding may depend on the last bit of a number, so the device's own norm is rounded; it is tested elsewhere.
        using var normalized = new CanaryBuffer<float>(device, x.Length);
        new RmsNorm(device).Launch(normalized.View, Rows.View, Norm.View, rows, norm.Length, Epsilon);
        return Expected.Exactly(Reference.RoundToInt8(normalized.Read(), norm.Length));
    }

    /// <summary>Fails if the input has changed.</summary>
    public void AssertUnchanged() => Assert.Equal(x, Rows.Read());

    public void Dispose()
    {
        Rows.Dispose();
        Norm.Dispose();
    }
}
