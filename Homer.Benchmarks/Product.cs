using Homer.Kernels.Devices;
using Homer.Kernels.Llama;
using Homer.Kernels.Tensors;

namespace Homer.Benchmarks;

/// <summary>One matrix product, ready to be run again and again: x [rows, depth] · w [columns, depth]ᵀ.</summary>
internal sealed class Product : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly ComputeDevice device;
    private readonly MatMul kernel;
    private readonly NoiseMatrix weights;
    private readonly DeviceBuffer<float> x;
    private readonly DeviceBuffer<float> y;
    private readonly int rows;

    public Product(ComputeDevice device, WeightType type, int rows, int columns, int depth)
    {
        this.device = device;
        this.rows = rows;
        kernel = new(device);
        weights = lifetime.Own(new NoiseMatrix(device, type, columns, depth));
        x = lifetime.Own(device.Upload<float>(Noise.Floats(rows * depth), MemoryUse.Workspace));
        y = lifetime.Own(device.Allocate<float>((long)rows * columns, MemoryUse.Workspace));
        Flop = 2.0 * rows * columns * depth;
    }

    public double Flop { get; }

    public void Run()
    {
        kernel.Launch(y.View, x.View, weights.Matrix, rows);
        device.Synchronize();
    }

    public void Dispose() => lifetime.Dispose();
}
