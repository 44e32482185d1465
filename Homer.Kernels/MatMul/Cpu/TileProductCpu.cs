// Tour: docs/kernels.md#tileproduct
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>The body of <see cref="TileProduct"/> on the CPU, where a group is one thread.</summary>
/// <remarks>
/// <para>
/// It goes by blocks, as Goto and van de Geijn do (2008, doi 10.1145/1356052.1356053): a block of x stays in L2 while panels of w pass
/// over it, each packed into L1 just before, and 6 × 2 vectors of y are in registers (<see cref="PanelProduct"/>). Packing weights at
/// every use costs some 5 % at 256 rows and keeps them where they are, in their file. Up to <see cref="GemvLimit.MostRowsOnCpu"/> rows do
/// not repay it; they take dot products straight from the stored weights (<see cref="CpuGemv"/>).
/// </para>
/// <code>
/// for each block of rows of x, at most 3/5 of L2
///   for each 256 of the depth             copy the block [rows, 256]
///     for each panel of the group         pack w [2 vectors of columns, 256] into L1
///       for each six rows of the block    multiply, and prefetch one row of the next panel into L2
/// </code>
/// </remarks>
internal static unsafe class TileProductCpu
{
    private const int DepthBlock = 256;

    // A block of x, 1 KiB a row, takes at most three fifths of L2: the panels that pass over it need room, too.
    private static readonly int MostRows = Math.Clamp(CpuL2.KiB * 3 / 5, 192, 768) / PanelProduct.RowBlock * PanelProduct.RowBlock;

    /// <summary>Computes the share of one group for weights as they are stored, w [columns, depth].</summary>
    public static void Run<T>(float* x, T* w, float* y, ProductShape shape, int group, int groups)
        where T : unmanaged, IWeightElement
    {
        switch (VectorWidth.Bits)
        {
            case 512: Run<T, Vector512<float>, Body512>(x, w, y, shape, group, groups); break;
            case 256: Run<T, Vector256<float>, Body256>(x, w, y, shape, group, groups); break;
            case 128: Run<T, Vector128<float>, Body128>(x, w, y, shape, group, groups); break;
            default: Run<T, float, BodyScalar>(x, w, y, shape, group, groups); break;
        }
    }

    /// <summary>
    /// Computes the share of one group for any rows of weights that repay packing: for more than <see cref="GemvLimit.MostRowsOnCpu"/>
    /// rows of x.
    /// </summary>
    public static void RunPacked<TRows>(float* x, TRows w, float* y, ProductShape shape, int group, int groups)
        where TRows : struct, IPanelRows
    {
        switch (VectorWidth.Bits)
        {
            case 512: RunPacked<TRows, Vector512<float>, Body512>(x, w, y, shape, group, groups); break;
            case 256: RunPacked<TRows, Vector256<float>, Body256>(x, w, y, shape, group, groups); break;
            case 128: RunPacked<TRows, Vector128<float>, Body128>(x, w, y, shape, group, groups); break;
            default: RunPacked<TRows, float, BodyScalar>(x, w, y, shape, group, groups); break;
        }
    }

    /// <summary>Computes the share of one group with one vector width.</summary>
    internal static void Run<T, TVector, TBody>(float* x, T* w, float* y, ProductShape shape, int group, int groups)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        if (shape.Rows <= GemvLimit.MostRowsOnCpu)
            CpuGemv.Run(CpuWeightRows.Of<T, TVector, TBody>(w, shape.Depth), x, y, shape, group, groups);
        else
            RunPacked<StoredRows<T>, TVector, TBody>(x, new(w, shape.Depth), y, shape, group, groups);
    }

    private static void RunPacked<TRows, TVector, TBody>(float* x, TRows w, float* y, ProductShape shape, int group, int groups)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        // Six-row blocks of panels are shared out, panel after panel: a group has whole panels but for its first and its last one.
        const int RowBlock = PanelProduct.RowBlock;
        int blocks = TileProduct.DivideUp(shape.Rows, RowBlock), panels = TileProduct.DivideUp(shape.Columns, 2 * TBody.Lanes);
        int start = WorkPartition.Start(blocks * panels, group, groups), end = WorkPartition.Start(blocks * panels, group + 1, groups);
        int first = start / blocks, last = end / blocks, above = start % blocks * RowBlock, below = end % blocks * RowBlock;
        if (first == last)
        {
            Run<TRows, TVector, TBody>(x, w, y, shape, new(above, below, first, first + 1));
            return;
        }

        if (above > 0)
            Run<TRows, TVector, TBody>(x, w, y, shape, new(above, shape.Rows, first, ++first));
        Run<TRows, TVector, TBody>(x, w, y, shape, new(0, shape.Rows, first, last));
        Run<TRows, TVector, TBody>(x, w, y, shape, new(0, below, last, last + 1));
    }

    private static void Run<TRows, TVector, TBody>(float* x, TRows w, float* y, ProductShape shape, Share share)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        if (share.FirstRow == share.EndRow || share.FirstPanel == share.EndPanel)
            return;
        // Blocks of about equal height, so that none pays for packing that few rows use.
        int width = 2 * TBody.Lanes, k = shape.Depth;
        const int RowBlock = PanelProduct.RowBlock;
        int all = share.EndRow - share.FirstRow, blocks = TileProduct.DivideUp(all, MostRows);
        int height = TileProduct.DivideUp(TileProduct.DivideUp(all, blocks), RowBlock) * RowBlock;
        float* panel = ThreadScratch.Take((DepthBlock * (width + PanelPacking.RowsTogether + height)) + (RowBlock * width));
        float* weightRows = panel + (DepthBlock * width);
        float* block = weightRows + (DepthBlock * PanelPacking.RowsTogether), tile = block + (DepthBlock * height);
        for (int row = share.FirstRow; row < share.EndRow; row += height)
        {
            int rows = Math.Min(height, share.EndRow - row);
            for (int depth = 0; depth < k; depth += DepthBlock)
            {
                int count = Math.Min(DepthBlock, k - depth);
                float* input = x + ((long)row * k) + depth;
                if (count < k)
                    input = CopyRows(input, k, rows, count, block);
                var product = new PanelProduct
                {
                    X = new(input, count),
                    Panel = panel,
                    YStride = shape.Columns,
                    Depth = count,
                    Rows = rows,
                    Accumulate = shape.Accumulate != 0 || depth > 0,
                };
                for (int p = share.FirstPanel; p < share.EndPanel; p++)
                {
                    int column = p * width, columns = Math.Min(width, shape.Columns - column);
                    PanelPacking.Pack<TRows, TVector, TBody>(w, column, depth, columns, count, panel, weightRows);
                    product.Y = y + ((long)row * shape.Columns) + column;
                    if (columns == width)
                        MultiplyAndPrefetch<TRows, TVector, TBody>(product, w, column + width, depth);
                    else
                        MultiplyRagged<TVector, TBody>(product, columns, tile);
                }
            }
        }
    }

    // Rows of x are often a power of two apart: uncopied, all rows of a block would compete for the same cache lines.
    private static float* CopyRows(float* x, int k, int rows, int count, float* target)
    {
        for (int r = 0; r < rows; r++)
            new ReadOnlySpan<float>(x + ((long)r * k), count).CopyTo(new(target + (r * count), count));
        return target;
    }

    // Packing alone would be as slow as memory is: with each six rows, one row of w of the next panel is prefetched.
    private static void MultiplyAndPrefetch<TRows, TVector, TBody>(in PanelProduct product, TRows w, int next, int depth)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int end = next + (2 * TBody.Lanes);
        for (int row = 0; row < product.Rows; row += PanelProduct.RowBlock, next++)
        {
            if (next < end)
                PanelPacking.PrefetchRow(w, next, depth, product.Depth);
            product.MultiplySix<TVector, TBody>(row);
        }
    }

    // The last panel, of fewer columns, is multiplied whole into a tile of its own, of which the columns that exist are copied.
    private static void MultiplyRagged<TVector, TBody>(in PanelProduct product, int columns, float* tile)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        PanelProduct six = product;
        six.Y = tile;
        six.YStride = width;
        six.Accumulate = false;
        for (int row = 0; row < product.Rows; row += PanelProduct.RowBlock)
        {
            six.X = product.X.FromRow(row);
            six.Rows = Math.Min(PanelProduct.RowBlock, product.Rows - row);
            six.Multiply<TVector, TBody>();
            for (int r = 0; r < six.Rows; r++)
            {
                float* output = product.Y + ((long)(row + r) * product.YStride);
                for (int j = 0; j < columns; j++)
                    output[j] = tile[(r * width) + j] + (product.Accumulate ? output[j] : 0);
            }
        }
    }

    /// <summary>The rows of x and the panels of w that are multiplied: FirstRow … EndRow − 1 and FirstPanel … EndPanel − 1.</summary>
    private readonly record struct Share(int FirstRow, int EndRow, int FirstPanel, int EndPanel);
}
