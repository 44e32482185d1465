using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;

namespace Homer.Kernels.Devices;

/// <summary>
/// Finds the OpenCL loader. ILGPU asks for <c>libOpenCL.so</c>, which Debian and Ubuntu install only with their development
/// packages; the runtime packages bring <c>libOpenCL.so.1</c>.
/// </summary>
internal static class OpenCLLibrary
{
    private static readonly string[] Names = ["OpenCL", "libOpenCL.so", "libOpenCL.so.1", "OpenCL.dll"];

    private static readonly Lazy<bool> Resolver = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, Resolve);
        return true;
    });

    /// <summary>Whether a loader library is installed.</summary>
    public static bool IsInstalled => TryLoad(out _);

    /// <summary>Makes ILGPU look under every usual name; call before the first OpenCL context.</summary>
    public static void Register() => _ = Resolver.Value;

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) =>
        library.Contains("OpenCL", StringComparison.OrdinalIgnoreCase) && TryLoad(out nint handle) ? handle : 0;

    private static bool TryLoad(out nint handle)
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out handle))
                return true;
        }

        handle = 0;
        return false;
    }
}
