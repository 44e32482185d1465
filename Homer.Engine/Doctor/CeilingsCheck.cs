using Homer.Kernels.Measuring;

namespace Homer.Engine.Doctor;

/// <summary>Measures what the device gives at best.</summary>
internal sealed class CeilingsCheck() : Check("speed")
{
    private const double Giga = 1e9;

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Device is null)
            return Skipped("a device");
        Ceilings ceilings = model.Measure(cancellation);
        return Ok(
            $"{ceilings.Peak / Giga:0.#} GFLOP/s of multiply-adds, {ceilings.Bandwidth / Giga:0.#} GB/s read from memory, "
            + $"{ceilings.Launch.InSequence * 1e6:0.#} µs for one more launch");
    }
}
