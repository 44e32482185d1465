using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Tests.Support;

/// <summary>Reads what only a view of is at hand.</summary>
internal static class DeviceViews
{
    public static T[] Read<T>(this ComputeDevice device, ArrayView<T> view)
        where T : unmanaged
    {
        // What is queued may still write there.
        device.Flush();
        var values = new T[view.Length];
        view.CopyToCPU(device.Accelerator.DefaultStream, values);
        device.Synchronize();
        return values;
    }
}
