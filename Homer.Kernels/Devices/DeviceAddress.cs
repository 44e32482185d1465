using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>Where memory lies on a device, for kernels that need alignment or addresses; OpenCL has none to tell.</summary>
internal static class DeviceAddress
{
    /// <summary>The address of the first element.</summary>
    public static unsafe long Of<T>(ArrayView<T> view)
        where T : unmanaged => (long)view.LoadEffectiveAddressAsPtr();
}
