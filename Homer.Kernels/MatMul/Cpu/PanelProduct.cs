// Tour: docs/kernels.md#tileproduct
using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>
/// On the CPU, the product of rows of x with one packed panel: y[r, 0 … width) = (or +=) Σ over p of x[r, p] · panel[p], where a panel is
/// two vectors wide.
/// </summary>
/// <remarks>
/// <code>
///                    panel [depth, 2 vectors], in L1
///                   ┌── w0 ──┬── w1 ──┐  row p
///   x [6, depth]    │        │        │
///   x0[p] ─► broadcast · ─►   a0       a1      12 vectors of sums in registers, 2 of w and 1 of x
///   x1[p] ─►                  b0       b1
///   …                         …        …
///   x5[p] ─►                  f0       f1
/// </code>
/// </remarks>
internal unsafe struct PanelProduct
{
    /// <summary>Rows whose sums are in registers at a time.</summary>
    public const int RowBlock = 6;

    /// <summary>The rows of x; they may be the columns of a transposed matrix.</summary>
    public StridedMatrix X;

    /// <summary>The panel [depth, 2 · lanes].</summary>
    public float* Panel;

    /// <summary>The first row of y.</summary>
    public float* Y;

    /// <summary>Elements from one row of y to the next.</summary>
    public int YStride;

    /// <summary>Elements of x, and rows of the panel, that are multiplied.</summary>
    public int Depth;

    /// <summary>Rows of x and of y.</summary>
    public int Rows;

    /// <summary>Whether the products are added to y instead of overwriting it.</summary>
    public bool Accumulate;

    /// <summary>Computes all rows.</summary>
    public readonly void Multiply<TVector, TBody>()
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        for (int row = 0; row < Rows; row += RowBlock)
            MultiplySix<TVector, TBody>(row);
    }

    /// <summary>
    /// Computes six rows from <paramref name="row"/> on; where fewer are left, the last one stands in for those that are missing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void MultiplySix<TVector, TBody>(int row)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, rows = Rows - row, depth = Depth, n = YStride;
        nint stride = X.RowStride, step = X.ColumnStride, end = depth * step;
        bool add = Accumulate;
        float* panel = Panel, y = Y + ((long)row * n);
        float* x0 = X.Start + (row * stride), x1 = rows > 1 ? x0 + stride : x0, x2 = rows > 2 ? x1 + stride : x1;
        float* x3 = rows > 3 ? x2 + stride : x2, x4 = rows > 4 ? x3 + stride : x3, x5 = rows > 5 ? x4 + stride : x4;
        // Rows of y are far apart, so that the processor does not foresee them; they arrive while the sums are computed.
        for (int r = 0; r < Math.Min(rows, RowBlock); r++)
        {
            CpuPrefetch.ToL1(y + ((long)r * n));
            CpuPrefetch.ToL1(y + ((long)r * n) + lanes);
        }

        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        TVector d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (nint p = 0; p < end; p += step, panel += 2 * lanes)
        {
            TVector w0 = TBody.Load(panel), w1 = TBody.Load(panel + lanes), v = TBody.Broadcast(x0[p]);
            a0 = TBody.MultiplyAdd(v, w0, a0);
            a1 = TBody.MultiplyAdd(v, w1, a1);
            v = TBody.Broadcast(x1[p]);
            b0 = TBody.MultiplyAdd(v, w0, b0);
            b1 = TBody.MultiplyAdd(v, w1, b1);
            v = TBody.Broadcast(x2[p]);
            c0 = TBody.MultiplyAdd(v, w0, c0);
            c1 = TBody.MultiplyAdd(v, w1, c1);
            v = TBody.Broadcast(x3[p]);
            d0 = TBody.MultiplyAdd(v, w0, d0);
            d1 = TBody.MultiplyAdd(v, w1, d1);
            v = TBody.Broadcast(x4[p]);
            e0 = TBody.MultiplyAdd(v, w0, e0);
            e1 = TBody.MultiplyAdd(v, w1, e1);
            v = TBody.Broadcast(x5[p]);
            f0 = TBody.MultiplyAdd(v, w0, f0);
            f1 = TBody.MultiplyAdd(v, w1, f1);
        }

        Finish<TVector, TBody>(a0, a1, y, add);
        if (rows > 1)
            Finish<TVector, TBody>(b0, b1, y + n, add);
        if (rows > 2)
            Finish<TVector, TBody>(c0, c1, y + (2L * n), add);
        if (rows > 3)
            Finish<TVector, TBody>(d0, d1, y + (3L * n), add);
        if (rows > 4)
            Finish<TVector, TBody>(e0, e1, y + (4L * n), add);
        if (rows > 5)
            Finish<TVector, TBody>(f0, f1, y + (5L * n), add);
    }

    /// <summary>Stores two vectors of y, or adds them to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVector, TBody>(TVector first, TVector second, float* y, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        TBody.Store(add ? TBody.Add(first, TBody.Load(y)) : first, y);
        TBody.Store(add ? TBody.Add(second, TBody.Load(y + TBody.Lanes)) : second, y + TBody.Lanes);
    }
}
