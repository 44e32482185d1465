using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>On the CPU, products of few rows of x, as in decoding: dot products straight from the weights as they lie.</summary>
internal static unsafe class CpuGemv
{
    /// <summary>Computes the columns first … end − 1 of y [m, n] = x·wᵀ (or y += x·wᵀ); x is [m, k], w [n, k].</summary>
    public static void Run(CpuWeightRows w, float* x, float* y, int m, int n, int k, bool accumulate, int first, int end)
    {
        float* scratch = ThreadScratch.Take(m * w.PreparedLength);
        float** rows = stackalloc float*[m];
        for (int i = 0; i < m; i++)
            rows[i] = w.Prepare(x + ((long)i * k), scratch + (i * w.PreparedLength));
        Multiply(w, rows, m, first, end - first, y + first, n, accumulate);
    }

    /// <summary>y[i, j] = (or +=) the product of prepared row i of x with row first + j of w, j &lt; count; rows of y are <paramref name="stride"/> apart.</summary>
    public static void Multiply(CpuWeightRows w, float** x, int m, int first, int count, float* y, int stride, bool accumulate)
    {
        float* sums = stackalloc float[CpuWeightRows.Together];
        for (int j = 0; j < count; j += CpuWeightRows.Together)
        {
            int columns = Math.Min(CpuWeightRows.Together, count - j);
            for (int i = 0; i < m; i++)
            {
                w.Multiply(x[i], first + j, columns, sums);
                float* output = y + ((long)i * stride) + j;
                for (int c = 0; c < columns; c++)
                    output[c] = accumulate ? output[c] + sums[c] : sums[c];
            }
        }
    }

    /// <summary>Floats of scratch that <see cref="Normalize"/> wants.</summary>
    public static int NormalizedLength(CpuWeightRows w, NormedRows x) => x.Count * (Padded(x.Width) + Padded(w.PreparedLength));

    /// <summary>
    /// Normalizes rows of x and prepares them for products, in <paramref name="scratch"/>: every thread does all of them, which costs it less than waiting for others.
    /// </summary>
    public static void Normalize(CpuWeightRows w, NormedRows x, float* scratch, float** rows)
    {
        for (int i = 0; i < x.Count; i++, scratch += Padded(x.Width) + Padded(w.PreparedLength))
        {
            RowMathCpu.Normalize(scratch, RowMath.Pointer(x.Rows) + ((long)i * x.Width), RowMath.Pointer(x.Weight), x.Width, x.Epsilon);
            rows[i] = w.Prepare(scratch, scratch + Padded(x.Width));
        }
    }

    // Whole lines of a cache.
    private static int Padded(int floats) => (floats + 15) & -16;
}
