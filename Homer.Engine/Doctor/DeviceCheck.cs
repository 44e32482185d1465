using Homer.Engine.Files;
using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>Opens the device that would run the model.</summary>
internal sealed class DeviceCheck() : Check("device")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        ComputeDevice device = model.OpenDevice();
        DeviceDescription description = device.Description;
        string features = description.Features.Length > 0 ? $"; {description.Features}" : "";
        return Ok($"{description.Id} ({description.Name}, {ByteSize.Of(description.MemoryBytes)}{features})");
    }
}
