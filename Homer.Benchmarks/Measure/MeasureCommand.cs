using System.Text.Json;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Measure;

/// <summary>
/// The command <c>measure DEVICE [rounded] CASE…</c>: measures single kernels of given shapes on any device and writes one JSON object a
/// line, for scripts that compare them with other programs (<c>eng/gpu-check.sh</c>). Many launches are timed together, so that waiting for
/// the device counts little.
/// </summary>
internal static class MeasureCommand
{
    private const string Rounded = "rounded";
    private const int Batches = 7;
    private const int MostLaunches = 200;
    private const double BatchSeconds = 0.03;

    public static int Run(string[] arguments)
    {
        bool rounded = arguments.Length > 1 && arguments[1] == Rounded;
        ActivationPrecision precision = rounded ? ActivationPrecision.Rounded : ActivationPrecision.Full;
        string[] texts = [.. arguments.Skip(1).Where(text => text != Rounded)];
        if (texts.Length == 0)
            return Refuse($"Use: measure DEVICE [{Rounded}] CASE…, a case being {KernelCase.Forms}.");
        try
        {
            KernelCase[] cases = [.. texts.Select(KernelCase.Parse)];
            using ComputeDevice device = DeviceCatalog.Open(arguments[0]);
            foreach (KernelCase one in cases)
                Measure(device, precision, one);
            return 0;
        }
        catch (HomerException e)
        {
            return Refuse(e.Message);
        }
    }

    private static void Measure(ComputeDevice device, ActivationPrecision precision, KernelCase one)
    {
        using IDisposable owner = one.Prepare(device, precision, out Action launch, out double flop, out double bytes);
        double single = Repetitions.Measure(() => Repeat(1), 1, warmups: 2).Shortest;
        int launches = (int)Math.Clamp(BatchSeconds / single, 1, MostLaunches);
        Repetitions times = Repetitions.Measure(() => Repeat(launches), Batches);
        Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["case"] = one.Text,
            ["device"] = device.Description.Id,
            ["seconds"] = times.Median / launches,
            ["deviation"] = times.Deviation / launches,
            ["launches"] = launches,
            ["flop"] = flop,
            ["bytes"] = bytes,
        }));

        void Repeat(int count)
        {
            for (int i = 0; i < count; i++)
                launch();
            device.Synchronize();
        }
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine(reason);
        return 2;
    }
}
