using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;

namespace Homer.Benchmarks.Cases;

/// <summary>One matrix product for repeated runs: x [rows, depth] · w [columns, depth]ᵀ.</summary>
internal sealed class Product : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly Linear kernel;
    private readonly NoiseMatrix weights;
    private readonly DeviceBuffer<float> x;
    private readonly DeviceBuffer<float> y;
    private readonly DeviceBuffer<ushort> scratch;
    private readonly int rows;

    public Product(
        ComputeDevice device, WeightType type, int rows, int columns, int depth, ActivationPrecision precision = ActivationPrecision.Full)
    {
        this.device = device;
        this.rows = rows;
        kernel = new(device, precision);
        weights = lifetime.Own(new NoiseMatrix(device, type, columns, depth));
        x = lifetime.Own(device.Upload<float>(Noise.Floats(rows * depth), MemoryUse.Workspace));
        y = lifetime.Own(device.Allocate<float>((long)rows * columns, MemoryUse.Workspace));
        scratch = lifetime.Own(device.Allocate<ushort>(kernel.ScratchFor(rows, weights.Matrix), MemoryUse.Workspace));
        Flop = 2.0 * rows * columns * depth;
        Bytes = ((double)columns * depth * (type == WeightType.Float32 ? 4 : 2)) + (4.0 * rows * depth) + (4.0 * rows * columns);
    }

    public double Flop { get; }

    /// <summary>The bytes of weights, input and output.</summary>
    public double Bytes { get; }

    /// <summary>Launches the product without waiting.</summary>
    public void Launch() => kernel.Launch(y.View, x.View, weights.Matrix, rows, scratch: scratch.View);

    public void Run()
    {
        Launch();
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();
}
