using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>Opens the devices that are there beside the one that is used.</summary>
internal sealed class OtherDevicesCheck() : Check("other devices")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        string used = model.Device?.Description.Id.Split(':')[0] == "cpu" ? "cpu" : model.Device?.Description.Id ?? "";
        List<string> opened = [], refused = [];
        foreach (DeviceDescription device in DeviceCatalog.Survey().Devices.Where(device => device.Id != used))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                DeviceCatalog.Open(device.Id).Dispose();
                opened.Add($"{device.Id} ({device.Name})");
            }
            catch (HomerException refusal)
            {
                refused.Add(refusal.Message);
            }
        }

        return Noted(opened.Count > 0 ? $"{string.Join(", ", opened)} can be used, too, by --device" : "there are none", refused);
    }
}
