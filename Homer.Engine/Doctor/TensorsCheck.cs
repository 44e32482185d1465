using System.Globalization;
using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>Compares names, shapes and types of all tensors with the settings.</summary>
internal sealed class TensorsCheck() : Check("tensors")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Files is not { } files || model.Config is not { } config)
            return Skipped(model.Files is null ? "files" : "settings");
        using var lifetime = new Lifetime();
        var plan = new WeightPlan(files, config, model.Precision, lifetime);
        model.WeightsBytes = plan.Bytes();
        model.Config = plan.Config;
        string passedOver = plan.PassedOver.Count > 0 ? $", and {plan.PassedOver.Count:N0} of other parts, which are passed over" : "";
        return Noted(
            string.Create(
                CultureInfo.InvariantCulture, $"{files.Names.Count() - plan.PassedOver.Count:N0} as the settings ask for{passedOver}"),
            plan.Note is { } note ? [note] : []);
    }
}
