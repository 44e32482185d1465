using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Models;

/// <summary>
/// The cosines and sines of every position and pair, on the device. They are computed on the host in 64 bits, since GPUs
/// approximate sin and cos too coarsely for large angles.
/// </summary>
public sealed class RopeTable : IDisposable
{
    private readonly ComputeDevice device;
    private readonly double[] frequencies;
    private DeviceBuffer<float> cos;
    private DeviceBuffer<float> sin;

    /// <summary>Builds the table.</summary>
    /// <param name="device">The device.</param>
    /// <param name="config">The model.</param>
    /// <param name="scaling">How positions are scaled.</param>
    /// <param name="length">Positions to cover.</param>
    /// <exception cref="HomerException">There are too many positions, or the device has not enough memory left.</exception>
    public RopeTable(ComputeDevice device, ModelConfig config, RopeScaling scaling, int length)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(scaling);
        this.device = device;
        frequencies = scaling.Frequencies(config.HeadDim, config.RopeTheta, length);
        Magnitude = scaling.Magnitude;
        Length = length;
        (cos, sin) = Build(length);
    }

    /// <summary>Bytes of device memory that a table of <paramref name="length"/> positions takes.</summary>
    public static long BytesFor(ModelConfig config, int length)
    {
        ArgumentNullException.ThrowIfNull(config);
        return 2 * ComputeDevice.BytesFor<float>((long)length * (config.HeadDim / 2));
    }

    /// <summary>Positions covered: 0 … Length − 1.</summary>
    public int Length { get; private set; }

    /// <summary>What cosines and sines are multiplied by.</summary>
    public double Magnitude { get; }

    /// <summary>The angle by which each pair of a head turns per position [head_dim / 2].</summary>
    public ReadOnlySpan<double> Frequencies => frequencies;

    /// <summary>[length, head_dim / 2].</summary>
    public ArrayView<float> Cos => cos.View;

    /// <summary>[length, head_dim / 2].</summary>
    public ArrayView<float> Sin => sin.View;

    /// <summary>The table as kernels take it.</summary>
    public RopeTableView View => new() { Cos = cos.View, Sin = sin.View };

    /// <summary>Makes the table cover at least <paramref name="length"/> positions.</summary>
    public void EnsureLength(int length)
    {
        if (length <= Length)
            return;
        Dispose();
        Length = Math.Max(length, checked(Length + (Length / 2)));
        (cos, sin) = Build(Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cos.Dispose();
        sin.Dispose();
    }

    private (DeviceBuffer<float> Cos, DeviceBuffer<float> Sin) Build(int length)
    {
        int half = frequencies.Length;
        if (length < 0 || (long)length * half > Array.MaxLength)
            throw new HomerException("There would be more positions than Homer can count; read a shorter text or ask for fewer new tokens.");
        var cosines = new float[length * half];
        var sines = new float[cosines.Length];
        for (int i = 0; i < cosines.Length; i++)
        {
            (double s, double c) = Math.SinCos(i / half * frequencies[i % half]);
            cosines[i] = (float)(c * Magnitude);
            sines[i] = (float)(s * Magnitude);
        }

        DeviceBuffer<float> first = device.Upload<float>(cosines, MemoryUse.Workspace);
        try
        {
            return (first, device.Upload<float>(sines, MemoryUse.Workspace));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }
}
