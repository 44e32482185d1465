using Homer.Kernels.Devices;

namespace Homer.Kernels.Measuring;

/// <summary>The ceilings of a device, measured: the most arithmetic and bandwidth it delivers, with which kernels are compared.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="FmaPeaks">FLOP/s of multiply-adds, by the bits of a vector; see <see cref="FmaPeak"/>.</param>
/// <param name="Bandwidth">Bytes per second read from main memory; see <see cref="ReadBandwidth"/>.</param>
/// <param name="Launch">The cost of an empty kernel.</param>
public sealed record Ceilings(string Device, IReadOnlyDictionary<int, double> FmaPeaks, double Bandwidth, LaunchCost Launch)
{
    /// <summary><inheritdoc cref="Ceilings" path="/param[@name='Device']/node()"/></summary>
    public string Device { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Device ?? throw new ArgumentNullException(nameof(Device));

    /// <summary><inheritdoc cref="Ceilings" path="/param[@name='FmaPeaks']/node()"/></summary>
    public IReadOnlyDictionary<int, double> FmaPeaks { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = FmaPeaks ?? throw new ArgumentNullException(nameof(FmaPeaks));

    /// <summary><inheritdoc cref="Ceilings" path="/param[@name='Launch']/node()"/></summary>
    public LaunchCost Launch { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); }
        = Launch ?? throw new ArgumentNullException(nameof(Launch));

    /// <summary>FLOP/s at the best vector width.</summary>
    public double Peak => FmaPeaks.Values.Max();

    /// <summary>Measures all of them, in a few seconds.</summary>
    /// <param name="device">The device; must have <see cref="ReadBandwidth.MainMemory"/> bytes left.</param>
    /// <param name="cancellation">Stops between repetitions.</param>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public static Ceilings Measure(ComputeDevice device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new(
            device.Description.Id,
            FmaPeak.Widths(device).ToDictionary(bits => bits, bits => FmaPeak.Measure(device, bits, cancellation)),
            ReadBandwidth.Measure(device, cancellation: cancellation),
            LaunchCost.Measure(device, cancellation));
    }

    /// <summary>Returns the better value of each ceiling: a disturbance makes a measurement worse, never better.</summary>
    public Ceilings BestWith(Ceilings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(
            Device,
            FmaPeaks.ToDictionary(peak => peak.Key, peak => Math.Max(peak.Value, other.FmaPeaks[peak.Key])),
            Math.Max(Bandwidth, other.Bandwidth),
            new(Math.Min(Launch.Alone, other.Launch.Alone), Math.Min(Launch.InSequence, other.Launch.InSequence)));
    }
}
