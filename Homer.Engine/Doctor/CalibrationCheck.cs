using System.Globalization;
using Homer.Engine.Calibration;

namespace Homer.Engine.Doctor;

/// <summary>Reads the calibration table of the model's folder, and whether it is of this model.</summary>
internal sealed class CalibrationCheck() : Check("calibration")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Loaded is not { } loaded)
            return Skipped("a loaded model");
        if (CalibrationTable.Of(model.Path, null) is not { } table)
            return Ok("no table; homer calibrate measures one, by which more of what matters survives pruning");
        string? warning = table.RequireOf(loaded);
        return Noted(
            string.Create(CultureInfo.InvariantCulture, $"a table of {table.Layers} layers and {table.Distances:N0} distances"),
            warning is null ? [] : [warning]);
    }
}
