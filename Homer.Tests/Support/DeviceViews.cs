using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Tests.Support;

/// <summary>Reads what only a view of is at hand.</summary>
internal static class DeviceViews
{
    public static float[] Read(this ComputeDevice device, ArrayView<float> view)
    {
        // What is queued may still write there.
        device.Flush();
        var values = new float[view.Length];
        view.CopyToCPU(device.Accelerator.DefaultStream, values);
        device.Synchronize();
        return values;
    }
}
