using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>Says why no GPU is used: there is none, its driver fails, or another device was asked for.</summary>
internal sealed class GpuCheck() : Check("gpu")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Device?.Description is { IsGpu: true } used)
            return Ok($"{used.Id} is used");
        (IReadOnlyList<DeviceDescription> devices, IReadOnlyList<MissingDevice> missing) = DeviceCatalog.Survey();
        string[] there = [.. devices.Where(device => device.IsGpu).Select(device => $"{device.Id} ({device.Name})")];
        if (there.Length > 0 && model.DeviceName != "auto")
        {
            return Warning(
                $"none is used, since --device {model.DeviceName} was given, although there is {string.Join(", ", there)}",
                "leave --device out to use it");
        }

        IReadOnlyList<MissingDevice> reasons = model.PassedOver.Count > 0 ? model.PassedOver : missing;
        string seen = $"none is used: {string.Join(' ', reasons.Select(reason => reason.Reason))}";
        // A machine without a GPU is as it should be; one whose GPU or driver fails is not.
        return there.Length > 0 || reasons.Any(reason => reason is { HasDriver: true, Kind: DeviceKind.Cuda }) ? Warning(seen) : Ok(seen);
    }
}
