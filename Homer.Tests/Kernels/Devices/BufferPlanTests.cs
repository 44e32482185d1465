using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Devices;

/// <summary>Planned sizes are those that the device's ledger counts.</summary>
public sealed class BufferPlanTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Forecast_and_ledger_agree_by_use(string name)
    {
        ComputeDevice device = Open(name);
        var plan = new BufferPlan();
        Planned<DeviceBuffer<float>> hidden = plan.Add<float>(37, MemoryUse.Workspace);
        plan.Add<int>(0, MemoryUse.Workspace);
        Planned<DeviceBuffer<int>> rows = plan.Add(20, MemoryUse.Cache, d => d.Upload<int>([1, 2, 3, 4, 5], MemoryUse.Cache));
        MemoryLedger memory = device.Memory;
        long workspace = memory.Of(MemoryUse.Workspace), cache = memory.Of(MemoryUse.Cache);

        using (BufferSet buffers = plan.Allocate(device))
        {
            Assert.Equal(37, buffers.Get(hidden).Length);
            Assert.Equal([1, 2, 3, 4, 5], buffers.Get(rows).Read());
            Assert.Equal(plan.Bytes(MemoryUse.Workspace), memory.Of(MemoryUse.Workspace) - workspace);
            Assert.Equal(plan.Bytes(MemoryUse.Cache), memory.Of(MemoryUse.Cache) - cache);
            Assert.Equal(plan.Bytes(MemoryUse.Workspace) + plan.Bytes(MemoryUse.Cache), plan.Bytes());
        }

        Assert.Equal((workspace, cache), (memory.Of(MemoryUse.Workspace), memory.Of(MemoryUse.Cache)));
    }

    [Theory, EveryDevice]
    public void A_failed_allocation_leaves_nothing_behind(string name)
    {
        ComputeDevice device = Open(name);
        var plan = new BufferPlan();
        plan.Add<float>(64, MemoryUse.Cache);
        plan.Add<float>(long.MaxValue / 8, MemoryUse.Workspace);
        long before = device.Memory.InUse;

        Assert.Throws<HomerException>(() => plan.Allocate(device));

        Assert.Equal(before, device.Memory.InUse);
    }

    [Theory, EveryDevice]
    public void A_handle_of_another_plan_is_refused(string name)
    {
        ComputeDevice device = Open(name);
        Planned<DeviceBuffer<int>> other = new BufferPlan().Add<int>(1, MemoryUse.Cache);
        using BufferSet buffers = new BufferPlan().Allocate(device);
        Assert.Throws<ArgumentException>(() => buffers.Get(other));
    }

    [Theory, EveryDevice]
    public void Kernels_of_a_type_are_loaded_once(string name)
    {
        ComputeDevice device = Open(name);
        int loads = 0;
        Assert.Same(device.Kernels.Get(Load), device.Kernels.Get(Load));
        Assert.Equal(1, loads);

        LoadedOnce Load(ComputeDevice d)
        {
            loads++;
            return new();
        }
    }

    private sealed class LoadedOnce;
}
