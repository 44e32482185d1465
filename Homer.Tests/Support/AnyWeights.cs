using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Tests.Support;

/// <summary>A random weight matrix of any type on a device, and the values of its elements on the host.</summary>
internal sealed class AnyWeights : IDisposable
{
    private readonly TestWeights stored;

    public AnyWeights(ComputeDevice device, WeightType type, int rows, int columns, Random random)
    {
        stored = new(device, type == WeightType.Int8 ? WeightType.Float32 : type, rows, columns, random);
        Matrix = type == WeightType.Int8 ? new Quantization(device).Run(stored.Matrix) : stored.Matrix;
        Values = type == WeightType.Int8 ? Int8Values.Read(device, Matrix).Values : stored.Values;
    }

    public WeightMatrix Matrix { get; }

    /// <summary>The values of the elements [rows, columns].</summary>
    public double[] Values { get; }

    public void Dispose()
    {
        if (Matrix != stored.Matrix)
            Matrix.Dispose();
        stored.Dispose();
    }
}
