using Homer.Kernels.Attention;
using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Models;

/// <summary>
/// The RoPE table: cosines and sines of every position and pair, on the device. They are computed on the host in 64 bits, since GPUs
/// approximate sin and cos too coarsely for large angles. Where layers with a window rotate in their own way, their table follows; where
/// some layers do not rotate, a last table keeps every pair as it is.
/// </summary>
/// <remarks>
/// The dynamic and longrope scalings choose frequencies by the length of a text. That is the length of what is read, never that of the
/// table, which has room for new tokens too: what a text means must not depend on how many tokens may follow it. A text keeps the
/// frequencies with which it was read while it is continued, so that all its keys are rotated alike.
/// </remarks>
public sealed class RopeTable : IDisposable
{
    private readonly ComputeDevice device;
    private readonly ModelConfig config;
    private readonly RopeScaling scaling;
    private List<(double[] Frequencies, double Magnitude)> rotations;
    private BufferSet buffers;
    private DeviceBuffer<float> cos;
    private DeviceBuffer<float> sin;

    /// <summary>Builds the table.</summary>
    /// <param name="device">The device.</param>
    /// <param name="config">The model.</param>
    /// <param name="scaling">How positions are scaled.</param>
    /// <param name="length">Positions to cover.</param>
    /// <param name="read">The length of the text that is read, in tokens; null for <paramref name="length"/>.</param>
    /// <exception cref="HomerException">There are too many positions, or the device has not enough memory left.</exception>
    public RopeTable(ComputeDevice device, ModelConfig config, RopeScaling scaling, int length, int? read = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(scaling);
        this.device = device;
        this.config = config;
        this.scaling = scaling;
        rotations = RotationsFor(read ?? length);
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
    public double Magnitude => scaling.Magnitude;

    /// <summary>The angle by which each pair of a head rotates per position [head_dim / 2]; 0 for pairs that do not.</summary>
    public ReadOnlySpan<double> Frequencies => rotations[0].Frequencies;

    /// <summary>The cosines of layers that rotate [length, head_dim / 2].</summary>
    public ArrayView<float> Cos => Part(cos, 0);

    /// <summary>The sines of layers that rotate [length, head_dim / 2].</summary>
    public ArrayView<float> Sin => Part(sin, 0);

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

    /// <summary>Returns true if a text of this length is read with the frequencies that the table has.</summary>
    internal bool Suits(int read) =>
        rotations.Zip(RotationsFor(read)).All(pair => pair.First.Frequencies.SequenceEqual(pair.Second.Frequencies));

    /// <summary>Gives the table the frequencies with which a text of this length is read.</summary>
    internal void Settle(int read)
    {
        if (Suits(read))
            return;
        rotations = RotationsFor(read);
        (float[] cosines, float[] sines) = Compute(Length);
        cos.Write(cosines);
        sin.Write(sines);
    }

    /// <summary>Returns the table of a layer.</summary>
    internal RopeTableView Of(int layer)
    {
        int windowed = config.WindowedRope is not null && config.WindowedLayers.Contains(layer) ? 1 : 0;
        int table = config.UnrotatedLayers.Contains(layer) ? rotations.Count : windowed;
        return new() { Cos = Part(cos, table), Sin = Part(sin, table) };
    }

    private List<(double[] Frequencies, double Magnitude)> RotationsFor(int read)
    {
        List<(double[], double)> all = [(FrequenciesOf(new(config.RopeTheta, scaling), read), scaling.Magnitude)];
        if (config.WindowedRope is { } windowed)
            all.Add((FrequenciesOf(windowed, read), windowed.Scaling.Magnitude));
        return all;
    }

    /// <summary>Returns the frequencies of all pairs; those behind the rotated part of a head have 0.</summary>
    private double[] FrequenciesOf(LayerRope rope, int length)
    {
        var pairs = new double[config.HeadDim / 2];
        rope.Scaling.Frequencies(config.RotaryDim, rope.Theta, length).CopyTo(pairs, 0);
        return pairs;
    }

    private ArrayView<float> Part(DeviceBuffer<float> tables, int table)
    {
        long size = (long)Length * Frequencies.Length;
        return tables.View.SubView(table * size, size);
    }

    private (BufferSet Buffers, DeviceBuffer<float> Cos, DeviceBuffer<float> Sin) Build(int length)
    {
        if (length < 0 || (long)length * Frequencies.Length * Tables(config) > Array.MaxLength)
        {
            throw new HomerException(
                "There would be more positions than Homer can count; read a shorter text or ask for fewer new tokens.");
        }

        (float[] cosines, float[] sines) = Compute(length);
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

    private (float[] Cosines, float[] Sines) Compute(int length)
    {
        int half = Frequencies.Length;
        var cosines = new float[length * half * Tables(config)];
        var sines = new float[cosines.Length];
        for (int table = 0; table < rotations.Count; table++)
        {
            (double[] angles, double magnitude) = rotations[table];
            for (int i = 0; i < length * half; i++)
            {
                bool rotates = 2 * (i % half) < config.RotaryDim;
                (double s, double c) = Math.SinCos(i / half * angles[i % half]);
                cosines[(table * length * half) + i] = rotates ? (float)(c * magnitude) : 1;
                sines[(table * length * half) + i] = rotates ? (float)(s * magnitude) : 0;
            }
        }

        cosines.AsSpan(rotations.Count * length * half).Fill(1);
        return (cosines, sines);
    }

    private static int Tables(ModelConfig config) =>
        1 + (config.WindowedRope is null ? 0 : 1) + (config.UnrotatedLayers.Count > 0 ? 1 : 0);

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
