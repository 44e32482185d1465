using System.Collections.Concurrent;
using Homer.Kernels.Devices;

namespace Homer.Tests.Support;

/// <summary>The accelerators that kernel tests run on. Each is opened once, on first use, and lives as long as the test process.</summary>
internal static class TestDevices
{
    /// <summary>Set to <c>opencl</c> or <c>cuda</c>, its tests fail instead of being skipped where there is no such device.</summary>
    public const string RequireVariable = "HOMER_REQUIRE_DEVICE";

    /// <summary>The rows of <see cref="EveryDeviceAttribute"/>: a device, or the CPU with a number of threads.</summary>
    public static readonly string[] Names = ["cpu", "cpu:1", "cpu:3", "opencl", "cuda"];

    private static readonly ConcurrentDictionary<string, Lazy<ComputeDevice>> Opened = new();

    /// <summary>The device of a row; skips the test where this machine has none.</summary>
    public static ComputeDevice Open(string name)
    {
        try
        {
            return Opened.GetOrAdd(name, _ => new(() => DeviceCatalog.Open(name))).Value;
        }
        catch (HomerException e) when (Environment.GetEnvironmentVariable(RequireVariable) != name)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
