using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Models;

/// <summary>
/// The RoPE table: cosines and sines of every position and pair, on the device. They are computed on the host in 64 bits, since GPUs
/// approximate sin and cos too coarsely for large angles. Where some layers do not rotate, a second table follows, which keeps every
/// pair as it is.
/// </summary>
public sealed class RopeTable : IDisposable
{
    private readonly ComputeDevice device;
    private readonly ModelConfig config;
    private readonly double[] frequencies;
    private BufferSet buffers;
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
        this.config = config;
        // Pairs behind the rotated part of a head keep the frequency 0.
        frequencies = new double[config.HeadDim / 2];
        scaling.Frequencies(config.RotaryDim, config.RopeTheta, length).CopyTo(frequencies, 0);
        Magnitude = scaling.Magnitude;
        Length = length;
        (buffers, cos, sin) = Build(length);
    }

    /// <summary>Returns the bytes of device memory that a table of <paramref name="length"/> positions takes.</summary>
    public static long BytesFor(ModelConfig config, int length)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new Layout(config, length).Bytes();
    }

    /// <summary>The number of positions covered: 0 … Length − 1.</summary>
    public int Length { get; private set; }

    /// <summary>The factor on the cosines and sines of rotated pairs.</summary>
    public double Magnitude { get; }

    /// <summary>The angle by which each pair of a head rotates per position [head_dim / 2]; 0 for pairs that do not.</summary>
    public ReadOnlySpan<double> Frequencies => frequencies;

    /// <summary>The cosines of layers that rotate [length, head_dim / 2].</summary>
    public ArrayView<float> Cos => Part(cos, isRotated: true);

    /// <summary>The sines of layers that rotate [length, head_dim / 2].</summary>
    public ArrayView<float> Sin => Part(sin, isRotated: true);

    /// <summary>Makes the table cover at least <paramref name="length"/> positions.</summary>
    public void EnsureLength(int length)
    {
        if (length <= Length)
            return;
        Dispose();
        Length = Math.Max(length, checked(Length + (Length / 2)));
        (buffers, cos, sin) = Build(Length);
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    /// <summary>Returns the table of a layer.</summary>
    internal RopeTableView Of(int layer)
    {
        bool isRotated = !config.UnrotatedLayers.Contains(layer);
        return new() { Cos = Part(cos, isRotated), Sin = Part(sin, isRotated) };
    }

    private ArrayView<float> Part(DeviceBuffer<float> tables, bool isRotated)
    {
        long size = (long)Length * frequencies.Length;
        return tables.View.SubView(isRotated ? 0 : size, size);
    }

    private (BufferSet Buffers, DeviceBuffer<float> Cos, DeviceBuffer<float> Sin) Build(int length)
    {
        int half = frequencies.Length;
        if (length < 0 || (long)length * half * Tables(config) > Array.MaxLength)
        {
            throw new HomerException(
                "There would be more positions than Homer can count; read a shorter text or ask for fewer new tokens.");
        }

        var cosines = new float[length * half * Tables(config)];
        var sines = new float[cosines.Length];
        for (int i = 0; i < length * half; i++)
        {
            bool rotates = 2 * (i % half) < config.RotaryDim;
            (double s, double c) = Math.SinCos(i / half * frequencies[i % half]);
            cosines[i] = rotates ? (float)(c * Magnitude) : 1;
            sines[i] = rotates ? (float)(s * Magnitude) : 0;
        }

        cosines.AsSpan(length * half).Fill(1);
        var layout = new Layout(config, length);
        BufferSet set = layout.Allocate(device);
        try
        {
            set.Get(layout.Cos).Write(cosines);
            set.Get(layout.Sin).Write(sines);
            return (set, set.Get(layout.Cos), set.Get(layout.Sin));
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private static int Tables(ModelConfig config) => config.UnrotatedLayers.Count > 0 ? 2 : 1;

    private sealed class Layout : BufferPlan
    {
        public Layout(ModelConfig config, int length)
        {
            long elements = (long)length * (config.HeadDim / 2) * Tables(config);
            Cos = Add<float>(elements, MemoryUse.Workspace);
            Sin = Add<float>(elements, MemoryUse.Workspace);
        }

        public Planned<DeviceBuffer<float>> Cos { get; }

        public Planned<DeviceBuffer<float>> Sin { get; }
    }
}
