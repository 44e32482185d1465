using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Tests.Support;

/// <summary>Reads device memory through views.</summary>
internal static class DeviceViews
{
    /// <summary>Copies the elements of a view to the host.</summary>
    public static T[] Read<T>(this ComputeDevice device, ArrayView<T> view)
        where T : unmanaged
    {
        // A queued kernel may still write to the view.
        device.Flush();
        var values = new T[view.Length];
        view.CopyToCPU(device.Accelerator.DefaultStream, values);
        device.Synchronize();
        return values;
    }
}
