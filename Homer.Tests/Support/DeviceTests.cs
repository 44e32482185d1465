using Homer.Kernels.Devices;

namespace Homer.Tests.Support;

/// <summary>
/// The base of tests that run on accelerators: one after another, since a device is not thread safe, and each must give back all the
/// device memory that it took.
/// </summary>
[Collection(nameof(DeviceTests))]
public abstract class DeviceTests : IDisposable
{
    private ComputeDevice? device;
    private long before;

    /// <summary>The device of a row of <see cref="EveryDeviceAttribute"/>; call once a test.</summary>
    protected ComputeDevice Open(string name)
    {
        Assert.Null(device);
        device = TestDevices.Open(name);
        before = device.Memory.InUse;
        return device;
    }

    /// <summary>Fails the test if it left device memory behind.</summary>
    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (device is not null)
            Assert.Equal(before, device.Memory.InUse);
    }
}

/// <summary>The collection that keeps device tests from running side by side.</summary>
[CollectionDefinition(nameof(DeviceTests), DisableParallelization = true)]
public sealed class DeviceTestsDefinition;
