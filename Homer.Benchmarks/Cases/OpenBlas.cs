using System.Runtime.InteropServices;

namespace Homer.Benchmarks.Cases;

/// <summary>
/// OpenBLAS on one thread, where it is installed (Debian: libopenblas0), as a baseline beside Homer's own products. Homer itself never
/// loads it.
/// </summary>
internal sealed unsafe class OpenBlas
{
    // cblas.h
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    private static readonly string[] Names = ["libopenblas.so.0", "libopenblas", "libopenblas.dll"];

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> sgemm;

    private OpenBlas(nint library)
    {
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
    }

    /// <summary>Loads the library; returns null where it is not installed.</summary>
    public static OpenBlas? TryLoad()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return new(library);
        }

        return null;
    }

    /// <summary>Computes y [m, n] = x [m, k] · w [n, k]ᵀ.</summary>
    public void MultiplyTransposed(float[] x, float[] w, float[] y, int m, int n, int k)
    {
        fixed (float* a = x, b = w, c = y)
            sgemm(RowMajor, NoTranspose, Transpose, m, n, k, 1, a, k, b, k, 0, c, n);
    }
}
