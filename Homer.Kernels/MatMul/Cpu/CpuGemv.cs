// Tour: docs/kernels.md#decode-fused-layers-and-gemv
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>
/// On the CPU, products of the few rows of x in decoding: dot products straight from the weights as they are stored. A group takes a run of
/// neighbouring columns of y, 16 at a time, and multiplies each 16 by all rows of x while their weights are in the caches.
/// </summary>
internal static unsafe class CpuGemv
{
    /// <summary>Computes the share of one group in y = x·wᵀ (or y += x·wᵀ): neighbouring columns of y.</summary>
    public static void Run(CpuWeightRows w, float* x, float* y, ProductShape shape, int group, int groups)
    {
        int first = WorkPartition.Start(shape.Columns, group, groups), end = WorkPartition.Start(shape.Columns, group + 1, groups);
        float* scratch = ThreadScratch.Take(shape.Rows * w.PreparedLength);
        float** rows = stackalloc float*[shape.Rows];
        for (int i = 0; i < shape.Rows; i++)
            rows[i] = w.Prepare(x + ((long)i * shape.Depth), scratch + (i * w.PreparedLength));
        Multiply(w, new(rows, shape.Rows), first, end - first, y + first, shape.Columns, shape.Accumulate != 0);
    }

    /// <summary>Computes y[i, j] = (or +=) the product of row i of x with row first + j of w, for j &lt; count.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="x">The rows of x.</param>
    /// <param name="first">The first row of w.</param>
    /// <param name="count">The number of rows of w.</param>
    /// <param name="y">The output.</param>
    /// <param name="stride">Elements from one row of y to the next.</param>
    /// <param name="accumulate">Whether the products are added to y.</param>
    public static void Multiply(CpuWeightRows w, PreparedRows x, int first, int count, float* y, int stride, bool accumulate)
    {
        float* sums = stackalloc float[CpuWeightRows.Together];
        for (int j = 0; j < count; j += CpuWeightRows.Together)
        {
            int columns = Math.Min(CpuWeightRows.Together, count - j);
            for (int i = 0; i < x.Count; i++)
            {
                w.Multiply(x.Rows[i], first + j, columns, sums);
                float* output = y + ((long)i * stride) + j;
                for (int c = 0; c < columns; c++)
                    output[c] = accumulate ? output[c] + sums[c] : sums[c];
            }
        }
    }

    /// <summary>Returns the floats of scratch that <see cref="Normalize"/> takes.</summary>
    public static int NormalizedLength(CpuWeightRows w, NormedRows x) => x.Count * (Padded(x.Width) + Padded(w.PreparedLength));

    /// <summary>
    /// Normalizes rows of x and prepares them for products with <paramref name="w"/>. Every thread does so for all rows, which costs it
    /// less than waiting for others.
    /// </summary>
    /// <param name="w">The weights.</param>
    /// <param name="x">The rows.</param>
    /// <param name="scratch">Scratch of <see cref="NormalizedLength"/> floats, which holds the rows afterwards.</param>
    /// <param name="rows">Output [x.Count]: where the prepared rows are.</param>
    public static PreparedRows Normalize(CpuWeightRows w, NormedRows x, float* scratch, float** rows)
    {
        for (int i = 0; i < x.Count; i++, scratch += Padded(x.Width) + Padded(w.PreparedLength))
        {
            RowMathCpu.Normalize(scratch, RowMath.Pointer(x.Rows) + ((long)i * x.Width), RowMath.Pointer(x.Weight), x.Width, x.Epsilon);
            rows[i] = w.Prepare(scratch, scratch + Padded(x.Width));
        }

        return new(rows, x.Count);
    }

    // Whole cache lines.
    private static int Padded(int floats) => (floats + 15) & -16;
}

/// <summary>Rows of x as <see cref="CpuWeightRows.Prepare"/> returns them.</summary>
internal readonly unsafe struct PreparedRows(float** rows, int count)
{
    /// <summary>Where each row is.</summary>
    public float** Rows { get; } = rows;

    /// <summary>The number of rows.</summary>
    public int Count { get; } = count;
}
