// Tour: docs/kernels.md#tileproduct
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// The body of <see cref="TileProduct"/> for a group of 128 GPU threads: a 16 × 32 tile of y at a time, with x and w staged through
/// shared memory 32 of the depth at a time.
/// </summary>
/// <remarks>
/// <code>
///                      w piece [32 columns of y, 32 of the depth]
///                      ┌────────── tx = thread % 32 ──────────┐
/// x piece [16, 32]     │ 0  1  2  …                        31 │
/// rows  0 …  3  warp 0 ├──────────────────────────────────────┤
/// rows  4 …  7  warp 1 │ thread (ty, tx) owns four elements:  │    ty = thread / 32, the warp
/// rows  8 … 11  warp 2 │ y[4·ty … 4·ty + 3, tx]               │
/// rows 12 … 15  warp 3 └──────────────────────────────────────┘
/// </code>
/// Rows, columns and depths that do not exist are staged as zeros.
/// </remarks>
internal static class TileProductGpu
{
    private const int Depth = 32;
    private const int RowsOfThread = 4;

    // One spare column keeps the threads of a warp, which read down a column, on different banks.
    private const int Stride = Depth + 1;

    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where T : unmanaged, IWeightElement => Tiles(x, new StoredElements<T>(w, shape.Depth), y, shape, group, groups);

    /// <summary>Computes the share of one group for weights in any form.</summary>
    public static void Tiles<TElements>(ArrayView<float> x, TElements w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where TElements : struct, IElements
    {
        ArrayView<float> xTile = SharedMemory.Allocate<float>(TileProduct.TileRows * Stride);
        ArrayView<float> wTile = SharedMemory.Allocate<float>(TileProduct.TileColumns * Stride);
        int m = shape.Rows, n = shape.Columns, k = shape.Depth;
        int tilesAcross = (n + TileProduct.TileColumns - 1) / TileProduct.TileColumns;
        int tiles = (m + TileProduct.TileRows - 1) / TileProduct.TileRows * tilesAcross;
        int tx = Group.IdxX % TileProduct.TileColumns, ty = Group.IdxX / TileProduct.TileColumns;
        for (int tile = group; tile < tiles; tile += groups)
        {
            int row = tile / tilesAcross * TileProduct.TileRows, column = tile % tilesAcross * TileProduct.TileColumns;
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            for (int depth = 0; depth < k; depth += Depth)
            {
                // 1. All threads stage a piece of x and one of w.
                for (int i = Group.IdxX; i < TileProduct.TileRows * Depth; i += Group.DimX)
                {
                    int r = i / Depth, c = i % Depth;
                    xTile[(r * Stride) + c] = row + r < m && depth + c < k ? x[((long)(row + r) * k) + depth + c] : 0;
                }

                for (int i = Group.IdxX; i < TileProduct.TileColumns * Depth; i += Group.DimX)
                {
                    int r = i / Depth, c = i % Depth;
                    wTile[(r * Stride) + c] = column + r < n && depth + c < k ? w.At(column + r, depth + c) : 0;
                }

                Group.Barrier();

                // 2. One element of w, from 32 banks, meets four of x, which the whole warp reads at once.
                int first = ty * RowsOfThread * Stride;
                for (int p = 0; p < Depth; p++)
                {
                    float b = wTile[(tx * Stride) + p];
                    s0 += xTile[first + p] * b;
                    s1 += xTile[first + Stride + p] * b;
                    s2 += xTile[first + (2 * Stride) + p] * b;
                    s3 += xTile[first + (3 * Stride) + p] * b;
                }

                Group.Barrier();
            }

            // 3. Each thread writes its four sums.
            row += ty * RowsOfThread;
            column += tx;
            Finish(y, shape, row, column, s0);
            Finish(y, shape, row + 1, column, s1);
            Finish(y, shape, row + 2, column, s2);
            Finish(y, shape, row + 3, column, s3);
        }
    }

    /// <summary>The elements of a matrix of weights.</summary>
    public interface IElements
    {
        float At(int row, int column);
    }

    private readonly struct StoredElements<T>(ArrayView<T> weights, int k) : IElements
        where T : unmanaged, IWeightElement
    {
        public float At(int row, int column) => weights[((long)row * k) + column].ToSingle();
    }

    private static void Finish(ArrayView<float> y, ProductShape shape, int row, int column, float sum)
    {
        if (row >= shape.Rows || column >= shape.Columns)
            return;
        long at = ((long)row * shape.Columns) + column;
        y[at] = shape.Accumulate != 0 ? y[at] + sum : sum;
    }
}
