using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Devices;

/// <summary>
/// Finds the libraries of drivers. ILGPU loads <c>libOpenCL.so</c> and <c>libcuda.so</c>, which many systems install only with their
/// development packages; <c>libOpenCL.so.1</c> and <c>libcuda.so.1</c> always exist.
/// </summary>
internal static class DriverLibraries
{
    private static readonly string[] OpenCLNames = ["OpenCL", "libOpenCL.so", "libOpenCL.so.1", "OpenCL.dll"];
    private static readonly string[] CudaNames = ["nvcuda", "libcuda.so.1", "libcuda.so"];

    private static readonly Lazy<bool> Resolver = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
        return true;
    });

    /// <summary>Returns whether a family's library is installed.</summary>
    public static bool IsInstalled(DeviceKind kind) => TryLoad(kind == DeviceKind.Cuda ? CudaNames : OpenCLNames, out _);

    /// <summary>Makes ILGPU try every usual name; call before the first context of a GPU.</summary>
    public static void Register() => _ = Resolver.Value;

    /// <summary>Returns the address of a function of the CUDA driver that ILGPU does not call.</summary>
    public static nint CudaFunction(string name) =>
        TryLoad(CudaNames, out nint library) ? NativeLibrary.GetExport(library, name) : throw new DllNotFoundException(CudaNames[0]);

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        string[] names = library.Contains("OpenCL", StringComparison.OrdinalIgnoreCase) ? OpenCLNames
            : library.Contains("cuda", StringComparison.OrdinalIgnoreCase) ? CudaNames
            : [];
        return TryLoad(names, out nint handle) ? handle : 0;
    }

    private static bool TryLoad(string[] names, out nint handle)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out handle))
                return true;
        }

        handle = 0;
        return false;
    }
}
