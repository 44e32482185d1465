using System.Globalization;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;

namespace Homer.Engine.Doctor;

/// <summary>Compares the forecast of a reading with the free memory of device and host, and loads the model.</summary>
internal sealed class MemoryCheck() : Check("memory")
{
    // Long enough for several chunks.
    private const int Windows = 4;

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.WeightsBytes is not { } weights || model.Device is not { } device)
            return Skipped(model.Device is null ? "a device" : "tensors");
        long free = device.FreeBytes, host = HostMemory.FreeBytes;
        string id = device.Description.Id, there = $"{ByteSize.Of(free)} of {ByteSize.Of(device.Description.MemoryBytes)} are free on {id}";
        if (weights > free)
        {
            string seen = $"the weights take {ByteSize.Of(weights)}, and {there}";
            // The CPU reads weights in place, so that the system may drop and read again what does not fit.
            if (device.SharesHostMemory)
                model.Load(cancellation);
            return device.SharesHostMemory
                ? Warning(seen, "every token will read them from the disk; close other programs, or take a smaller or quantized model")
                : Wrong(seen, weights <= host
                    ? $"give --device cpu, where {ByteSize.Of(host)} are free, or take a smaller or quantized model"
                    : "take a smaller or quantized model, or free memory");
        }

        TransformerModel loaded = model.Load(cancellation);
        int tokens = (int)Math.Min((long)loaded.Config.Window * Windows, int.MaxValue / Windows);
        var input = new ContextInput([0], new int[tokens], [0]);
        ReadingForecast forecast = new DocumentReader(new HomerMethod(HomerOptions.Best), new(loaded, input)).Forecast()!;
        long peak = forecast.Memory.PeakBytes, text = MemoryForecast.HostBytesFor(tokens);
        string sizes = string.Create(
            CultureInfo.InvariantCulture,
            $"weights {ByteSize.Of(weights)}, {ByteSize.Of(peak)} in all for a document of {tokens:N0} tokens");
        string onHost = device.SharesHostMemory ? "" : $", and {ByteSize.Of(host)} on the host, whose text takes {ByteSize.Of(text)}";
        string all = $"{sizes}; {there}{onHost}";
        return peak > free || (!device.SharesHostMemory && text > host)
            ? Warning(all, $"limit it by ask --memory {free >> 20}MiB, which takes smaller chunks")
            : Ok(all);
    }
}
