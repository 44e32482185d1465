using System.CommandLine;
using System.Globalization;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Kernels.Devices;
using Spectre.Console;

namespace Homer.Cli.Commands;

/// <summary><c>homer devices</c>: the devices of this machine, and the reason why a kind is missing.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var command = new Command("devices", "List the devices of this machine, and the reason why a kind is missing");
        command.SetAction(parsed =>
        {
            (IReadOnlyList<DeviceDescription> devices, IReadOnlyList<MissingDevice> missing) = DeviceCatalog.Survey();
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    Devices = devices.Select(device => new
                    {
                        device.Id,
                        Kind = device.Kind.ToString().ToLowerInvariant(),
                        device.Name,
                        device.MemoryBytes,
                        device.Multiprocessors,
                        device.IsGpu,
                        device.Features,
                    }),
                    Missing = missing.Select(family => new { Kind = family.Kind.ToString().ToLowerInvariant(), family.Reason }),
                });
                return ExitCode.Success;
            }

            Table table = Terminal.CreateTable("device", "name", "memory", "units", "can do");
            foreach (DeviceDescription device in devices)
            {
                table.AddRow(
                    device.Id, Markup.Escape(device.Name), Terminal.Bytes(device.MemoryBytes),
                    device.Multiprocessors.ToString(CultureInfo.InvariantCulture), Markup.Escape(device.Features));
            }

            Terminal.WriteTable(table);
            foreach (MissingDevice family in missing)
                Console.Out.WriteLine($"{family.Kind}: {family.Reason}");
            return ExitCode.Success;
        });
        return command;
    }
}
