using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.MatMul;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ), x [m, k], w [n, k] stored weights, y [m, n], all row-major.
/// </summary>
/// <remarks>
/// The CPU body goes by blocks, as Goto and van de Geijn do (2008, doi 10.1145/1356052.1356053): a block of x stays in the second-level cache while
/// panels of w pass over it, each packed into the first-level cache just then, 6 × 2 vectors of y in registers. Packing weights at every
/// use costs some 5 % at 256 rows and keeps them where they are, in their file. Few rows do not repay it; they take dot products straight
/// from the stored weights.
/// </remarks>
[HasGpuBody(typeof(TileProductGpu))]
internal static unsafe class TileProduct
{
    /// <summary>The tile of y that a group of threads computes at a time; its area is the unit in which launches are counted.</summary>
    public const int TileRows = 16;

    /// <inheritdoc cref="TileRows"/>
    public const int TileColumns = 32;

    private const int RowBlock = 6;
    private const int DepthBlock = 256;

    /// <summary>Below so many rows of x, dot products are faster than packing.</summary>
    public const int FewestRowsToPack = 4;

    // A block of x, 1 KiB a row, stays in the second-level cache, of which it takes three fifths at most: what passes over it needs room, too.
    private static readonly int MostRows = Math.Clamp(CpuL2.KiB * 3 / 5, 192, 768) / RowBlock * RowBlock;

    /// <summary>The tiles that cover y.</summary>
    public static int Tiles(int m, int n) => DivideUp(m, TileRows) * DivideUp(n, TileColumns);

    [IntrinsicImplementation]
    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where T : unmanaged, IWeightElement
    {
        T* weights = (T*)w.LoadEffectiveAddressAsPtr();
        float* input = RowMath.Pointer(x), output = RowMath.Pointer(y);
        bool add = accumulate != 0;
        switch (VectorWidth.Bits)
        {
            case 512: Run<T, Vector512<float>, Body512>(input, weights, output, m, n, k, add, group, groups); break;
            case 256: Run<T, Vector256<float>, Body256>(input, weights, output, m, n, k, add, group, groups); break;
            case 128: Run<T, Vector128<float>, Body128>(input, weights, output, m, n, k, add, group, groups); break;
            default: Run<T, float, BodyScalar>(input, weights, output, m, n, k, add, group, groups); break;
        }
    }

    /// <summary>The same for any rows of weights that repay packing: at least <see cref="FewestRowsToPack"/> rows of x.</summary>
    public static void Run<TRows>(float* x, TRows w, float* y, int m, int n, int k, bool add, int group, int groups)
        where TRows : struct, IPanelRows
    {
        switch (VectorWidth.Bits)
        {
            case 512: Packed<TRows, Vector512<float>, Body512>(x, w, y, m, n, k, add, group, groups); break;
            case 256: Packed<TRows, Vector256<float>, Body256>(x, w, y, m, n, k, add, group, groups); break;
            case 128: Packed<TRows, Vector128<float>, Body128>(x, w, y, m, n, k, add, group, groups); break;
            default: Packed<TRows, float, BodyScalar>(x, w, y, m, n, k, add, group, groups); break;
        }
    }

    internal static int DivideUp(int a, int b) => (a + b - 1) / b;

    /// <summary>The CPU body for one vector width.</summary>
    internal static void Run<T, TVector, TBody>(float* x, T* w, float* y, int m, int n, int k, bool accumulate, int group, int groups)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        if (m < FewestRowsToPack)
            CpuGemv.Run(CpuWeightRows.Of<T, TVector, TBody>(w, k), x, y, m, n, k, accumulate, WorkPartition.Start(n, group, groups), WorkPartition.Start(n, group + 1, groups));
        else
            Packed<StoredRows<T>, TVector, TBody>(x, new(w, k), y, m, n, k, accumulate, group, groups);
    }

    private static void Packed<TRows, TVector, TBody>(float* x, TRows w, float* y, int m, int n, int k, bool accumulate, int group, int groups)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        // Blocks of rows of panels are shared out, panel after panel: a group has whole panels but for its first and its last one.
        int blocks = DivideUp(m, RowBlock), panels = DivideUp(n, 2 * TBody.Lanes);
        int start = WorkPartition.Start(blocks * panels, group, groups), end = WorkPartition.Start(blocks * panels, group + 1, groups);
        int first = start / blocks, last = end / blocks, above = start % blocks * RowBlock, below = end % blocks * RowBlock;
        if (first == last)
        {
            Packed<TRows, TVector, TBody>(x, w, y, above, below, first, first + 1, n, k, accumulate);
            return;
        }

        if (above > 0)
            Packed<TRows, TVector, TBody>(x, w, y, above, m, first, ++first, n, k, accumulate);
        Packed<TRows, TVector, TBody>(x, w, y, 0, m, first, last, n, k, accumulate);
        Packed<TRows, TVector, TBody>(x, w, y, 0, below, last, last + 1, n, k, accumulate);
    }

    private static void Packed<TRows, TVector, TBody>(
        float* x, TRows w, float* y, int firstRow, int endRow, int firstPanel, int endPanel, int n, int k, bool accumulate)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        if (firstRow == endRow || firstPanel == endPanel)
            return;
        // Blocks of about equal height, so that none pays for packing what few rows use.
        int width = 2 * TBody.Lanes, blocks = DivideUp(endRow - firstRow, MostRows), height = DivideUp(DivideUp(endRow - firstRow, blocks), RowBlock) * RowBlock;
        float* panel = ThreadScratch.Take((DepthBlock * (width + PanelPacking.RowsTogether + height)) + (RowBlock * width));
        float* weightRows = panel + (DepthBlock * width), block = weightRows + (DepthBlock * PanelPacking.RowsTogether), tile = block + (DepthBlock * height);
        for (int first = firstRow; first < endRow; first += height)
        {
            int rows = Math.Min(height, endRow - first);
            for (int depth = 0; depth < k; depth += DepthBlock)
            {
                int count = Math.Min(DepthBlock, k - depth);
                float* input = x + ((long)first * k) + depth;
                if (count < k)
                    input = CopyRows(input, k, rows, count, block);
                for (int p = firstPanel; p < endPanel; p++)
                {
                    int column = p * width, columns = Math.Min(width, n - column);
                    PanelPacking.Pack<TRows, TVector, TBody>(w, column, depth, columns, count, panel, weightRows);
                    float* output = y + ((long)first * n) + column;
                    if (columns == width)
                        MultiplyForeseeing<TRows, TVector, TBody>(input, panel, output, n, count, rows, accumulate || depth > 0, w, column + width, depth);
                    else
                        MultiplyRagged<TVector, TBody>(input, panel, output, n, count, rows, accumulate || depth > 0, columns, tile);
                }
            }
        }
    }

    /// <summary>Where rows are a power of two apart, as is usual, all of a block's would compete for the same lines of the caches.</summary>
    private static float* CopyRows(float* x, int k, int rows, int count, float* target)
    {
        for (int r = 0; r < rows; r++)
            new ReadOnlySpan<float>(x + ((long)r * k), count).CopyTo(new(target + (r * count), count));
        return target;
    }

    /// <summary>Meanwhile the next panel comes from memory, a row of w with each tile: packing alone would be as slow as memory is.</summary>
    private static void MultiplyForeseeing<TRows, TVector, TBody>(float* x, float* panel, float* y, int n, int count, int rows, bool add, TRows w, int next, int depth)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int end = next + (2 * TBody.Lanes);
        for (int r = 0; r < rows; r += RowBlock, next++)
        {
            if (next < end)
                PanelPacking.Foresee(w, next, depth, count);
            SixRows<TVector, TBody>(x + ((long)r * count), count, panel, y + ((long)r * n), n, count, rows - r, add);
        }
    }

    /// <summary>The last panel, of fewer columns, is multiplied whole on the side, and its valid columns copied.</summary>
    private static void MultiplyRagged<TVector, TBody>(float* x, float* panel, float* y, int n, int count, int rows, bool add, int columns, float* tile)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int i = 0; i < rows; i += RowBlock)
        {
            int block = Math.Min(RowBlock, rows - i);
            Multiply<TVector, TBody>(x + ((long)i * count), count, panel, tile, width, count, block, add: false);
            for (int r = 0; r < block; r++)
            {
                float* output = y + ((long)(i + r) * n);
                for (int j = 0; j < columns; j++)
                    output[j] = tile[(r * width) + j] + (add ? output[j] : 0);
            }
        }
    }

    /// <summary>
    /// y[r, 0 … width) = (or +=) Σ x[r, p] · panel[p], for any number of rows; x has <paramref name="k"/> elements from row to row, y has <paramref name="n"/>.
    /// </summary>
    internal static void Multiply<TVector, TBody>(float* x, int k, float* panel, float* y, int n, int count, int rows, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        for (int r = 0; r < rows; r += RowBlock)
            SixRows<TVector, TBody>(x + ((long)r * k), k, panel, y + ((long)r * n), n, count, rows - r, add);
    }

    /// <summary>Where there are fewer rows, the last one stands in for those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows<TVector, TBody>(float* x, int k, float* panel, float* y, int n, int count, int rows, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        long step = k;
        float* x0 = x, x1 = rows > 1 ? x0 + step : x0, x2 = rows > 2 ? x1 + step : x1;
        float* x3 = rows > 3 ? x2 + step : x2, x4 = rows > 4 ? x3 + step : x3, x5 = rows > 5 ? x4 + step : x4;
        // Rows of y are far apart, so that the processor does not foresee them; by the time that the sums are there, they are, too.
        for (int r = 0; r < Math.Min(rows, RowBlock); r++)
        {
            CpuPrefetch.ToL1(y + ((long)r * n));
            CpuPrefetch.ToL1(y + ((long)r * n) + lanes);
        }

        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        TVector d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (int p = 0; p < count; p++, panel += 2 * lanes)
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
    internal static void Finish<TVector, TBody>(TVector first, TVector second, float* y, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        TBody.Store(add ? TBody.Add(first, TBody.Load(y)) : first, y);
        TBody.Store(add ? TBody.Add(second, TBody.Load(y + TBody.Lanes)) : second, y + TBody.Lanes);
    }
}
