using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Tensors;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>
/// The share of one group in y = x·wᵀ (or y += x·wᵀ), x [m, k], w [n, k] stored weights, y [m, n], all row-major.
/// </summary>
/// <remarks>
/// The CPU body widens a panel of w once and keeps it in the first-level caches while all rows of x pass over it, 6 × 2 vectors of y in
/// registers. Few rows do not repay the packing; they take dot products straight from the stored weights.
/// </remarks>
[HasGroupBodies(typeof(TileProductOnGroup))]
internal static unsafe class TileProduct
{
    /// <summary>The tile of y that a group of threads computes at a time; its area is the unit in which launches are counted.</summary>
    public const int TileRows = 16;

    /// <inheritdoc cref="TileRows"/>
    public const int TileColumns = 32;

    private const int RowBlock = 6;
    private const int DepthBlock = 256;
    private const int FewestRowsToPack = 4;

    /// <summary>The tiles that cover y.</summary>
    public static int Tiles(int m, int n) => DivideUp(m, TileRows) * DivideUp(n, TileColumns);

    [IntrinsicImplementation]
    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where T : unmanaged, IWeightElement
    {
        T* weights = (T*)w.LoadEffectiveAddressAsPtr();
        if (VectorBody.Is512)
            Run<T, Vector512<float>, Body512>(Rows.Pointer(x), weights, Rows.Pointer(y), m, n, k, accumulate != 0, group, groups);
        else
            Run<T, Vector256<float>, Body256>(Rows.Pointer(x), weights, Rows.Pointer(y), m, n, k, accumulate != 0, group, groups);
    }

    internal static int DivideUp(int a, int b) => (a + b - 1) / b;

    /// <summary>The CPU body for one vector width.</summary>
    internal static void Run<T, TVector, TBody>(float* x, T* w, float* y, int m, int n, int k, bool accumulate, int group, int groups)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        if (m < FewestRowsToPack)
        {
            DotProducts<T, TVector, TBody>(x, w, y, m, n, k, accumulate, Share(n, group, groups), Share(n, group + 1, groups));
            return;
        }

        // Whole panels are shared out; where there are fewer panels than groups, rows are.
        int panels = DivideUp(n, 2 * TBody.Lanes), rowBlocks = DivideUp(m, RowBlock);
        if (panels >= groups)
            Packed<T, TVector, TBody>(x, w, y, 0, m, Share(panels, group, groups), Share(panels, group + 1, groups), n, k, accumulate);
        else
            Packed<T, TVector, TBody>(
                x, w, y, Share(rowBlocks, group, groups) * RowBlock, Math.Min(m, Share(rowBlocks, group + 1, groups) * RowBlock), 0, panels, n, k, accumulate);
    }

    private static int Share(int items, int group, int groups) => (int)((long)items * group / groups);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DotProducts<T, TVector, TBody>(float* x, T* w, float* y, int m, int n, int k, bool accumulate, int first, int end)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes, step = 4 * lanes;
        for (int j = first; j < end; j++)
        {
            T* row = w + ((long)j * k);
            for (int i = 0; i < m; i++)
            {
                float* input = x + ((long)i * k);
                TVector s0 = default, s1 = default, s2 = default, s3 = default;
                int p = 0;
                for (; p <= k - step; p += step)
                {
                    s0 = TBody.MultiplyAdd(TBody.Decode(row + p), TBody.Load(input + p), s0);
                    s1 = TBody.MultiplyAdd(TBody.Decode(row + p + lanes), TBody.Load(input + p + lanes), s1);
                    s2 = TBody.MultiplyAdd(TBody.Decode(row + p + (2 * lanes)), TBody.Load(input + p + (2 * lanes)), s2);
                    s3 = TBody.MultiplyAdd(TBody.Decode(row + p + (3 * lanes)), TBody.Load(input + p + (3 * lanes)), s3);
                }

                for (; p <= k - lanes; p += lanes)
                    s0 = TBody.MultiplyAdd(TBody.Decode(row + p), TBody.Load(input + p), s0);
                float sum = TBody.Sum(TBody.Add(TBody.Add(s0, s1), TBody.Add(s2, s3)));
                for (; p < k; p++)
                    sum += row[p].ToSingle() * input[p];
                float* output = y + ((long)i * n) + j;
                *output = accumulate ? *output + sum : sum;
            }
        }
    }

    [SkipLocalsInit]
    private static void Packed<T, TVector, TBody>(float* x, T* w, float* y, int firstRow, int endRow, int firstPanel, int endPanel, int n, int k, bool accumulate)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        float* panel = stackalloc float[DepthBlock * width];
        float* tile = stackalloc float[RowBlock * width];
        float* weightRow = stackalloc float[DepthBlock];
        for (int p = firstPanel; p < endPanel; p++)
        {
            int column = p * width, columns = Math.Min(width, n - column);
            for (int depth = 0; depth < k; depth += DepthBlock)
            {
                int count = Math.Min(DepthBlock, k - depth);
                Pack<T, TVector, TBody>(w + ((long)column * k) + depth, k, columns, count, panel, weightRow);
                bool add = accumulate || depth > 0;
                for (int i = firstRow; i < endRow; i += RowBlock)
                {
                    int rows = Math.Min(RowBlock, endRow - i);
                    float* input = x + ((long)i * k) + depth, output = y + ((long)i * n) + column;
                    if (columns == width)
                    {
                        Multiply<TVector, TBody>(input, k, panel, output, n, count, rows, add);
                        continue;
                    }

                    // The ragged last panel is computed whole on the side, and its valid columns copied.
                    Multiply<TVector, TBody>(input, k, panel, tile, width, count, rows, add: false);
                    for (int r = 0; r < rows; r++)
                    {
                        for (int j = 0; j < columns; j++)
                            output[((long)r * n) + j] = tile[(r * width) + j] + (add ? output[((long)r * n) + j] : 0);
                    }
                }
            }
        }
    }

    /// <summary>Widens <paramref name="columns"/> rows of w and lays them out as panel[depth][column], missing columns as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Pack<T, TVector, TBody>(T* w, int k, int columns, int count, float* panel, float* weightRow)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int j = 0; j < width; j++)
        {
            T* row = w + ((long)Math.Min(j, columns - 1) * k);
            int p = 0;
            for (; p <= count - TBody.Lanes; p += TBody.Lanes)
                TBody.Store(TBody.Decode(row + p), weightRow + p);
            for (; p < count; p++)
                weightRow[p] = row[p].ToSingle();
            float* target = panel + j;
            for (p = 0; p < count; p++, target += width)
                *target = weightRow[p];
        }
    }

    /// <summary>
    /// y[r, 0 … width) = (or +=) Σ x[r, p] · panel[p], for any number of rows; x has <paramref name="k"/> elements from row to row, y has <paramref name="n"/>.
    /// </summary>
    internal static void Multiply<TVector, TBody>(float* x, int k, float* panel, float* y, int n, int count, int rows, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int r = 0;
        for (; r <= rows - RowBlock; r += RowBlock)
            SixRows<TVector, TBody>(x + ((long)r * k), k, panel, y + ((long)r * n), n, count, add);
        for (; r < rows; r++)
            OneRow<TVector, TBody>(x + ((long)r * k), panel, y + ((long)r * n), count, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow<TVector, TBody>(float* x, float* panel, float* y, int count, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        TVector s0 = add ? TBody.Load(y) : default, s1 = add ? TBody.Load(y + lanes) : default;
        for (int p = 0; p < count; p++, panel += 2 * lanes)
        {
            TVector a = TBody.Broadcast(x[p]);
            s0 = TBody.MultiplyAdd(a, TBody.Load(panel), s0);
            s1 = TBody.MultiplyAdd(a, TBody.Load(panel + lanes), s1);
        }

        TBody.Store(s0, y);
        TBody.Store(s1, y + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows<TVector, TBody>(float* x, int k, float* panel, float* y, int n, int count, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        float* x0 = x, x1 = x0 + k, x2 = x1 + k, x3 = x2 + k, x4 = x3 + k, x5 = x4 + k;
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
        Finish<TVector, TBody>(b0, b1, y + n, add);
        Finish<TVector, TBody>(c0, c1, y + (2L * n), add);
        Finish<TVector, TBody>(d0, d1, y + (3L * n), add);
        Finish<TVector, TBody>(e0, e1, y + (4L * n), add);
        Finish<TVector, TBody>(f0, f1, y + (5L * n), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVector, TBody>(TVector first, TVector second, float* y, bool add)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        TBody.Store(add ? TBody.Add(first, TBody.Load(y)) : first, y);
        TBody.Store(add ? TBody.Add(second, TBody.Load(y + TBody.Lanes)) : second, y + TBody.Lanes);
    }
}
