using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>Addresses of device memory, for kernels that need alignment or pointers. OpenCL exposes none.</summary>
internal static class DeviceAddress
{
    /// <summary>Returns the address of the first element.</summary>
    public static unsafe long Of<T>(ArrayView<T> view)
        where T : unmanaged => (long)view.LoadEffectiveAddressAsPtr();
}
