using Homer.Kernels.Devices;

namespace Homer.Tests.Support;

/// <summary>
/// The base class of tests that run on devices. They run one after another, because a device is not thread-safe, and each must free all the
/// device memory that it has allocated.
/// </summary>
[Collection(nameof(DeviceTests))]
public abstract class DeviceTests : IDisposable
{
    private ComputeDevice? device;
    private long before;

    /// <summary>Opens the device of a row of <see cref="EveryDeviceAttribute"/>. Call it once per test.</summary>
    protected ComputeDevice Open(string name)
    {
        Assert.Null(device);
        device = TestDevices.Open(name);
        before = device.Memory.InUse;
        return device;
    }

    /// <summary>Fails the test if it has not freed its device memory.</summary>
    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (device is not null)
            Assert.Equal(before, device.Memory.InUse);
    }
}

/// <summary>The collection that prevents device tests from running in parallel.</summary>
[CollectionDefinition(nameof(DeviceTests), DisableParallelization = true)]
public sealed class DeviceTestsDefinition;
