using System.Collections.Concurrent;
using Homer.Kernels.Devices;

namespace Homer.Tests.Support;

/// <summary>The devices on which kernel tests run. Each is opened on first use and stays open until the test process ends.</summary>
internal static class TestDevices
{
    /// <summary>
    /// An environment variable. If it is <c>opencl</c> or <c>cuda</c> and the machine has no such device, tests on it fail instead of being
    /// skipped.
    /// </summary>
    public const string RequireVariable = "HOMER_REQUIRE_DEVICE";

    /// <summary>The names of the devices; <c>cpu:3</c> is the CPU with three threads.</summary>
    public static readonly string[] Names = ["cpu", "cpu:1", "cpu:3", "opencl", "cuda"];

    private static readonly ConcurrentDictionary<string, Lazy<ComputeDevice>> Opened = new();

    /// <summary>Opens a device; skips the test if this machine does not have it.</summary>
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
