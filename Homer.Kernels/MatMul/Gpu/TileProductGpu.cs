using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// The body of <see cref="TileProduct"/> for a group of 128 threads: a 16 × 32 tile of y at a time, x and w staged through shared memory
/// 32 columns of k at a time; thread (ty, tx) owns y[4·ty … 4·ty + 3, tx].
/// </summary>
internal static class TileProductGpu
{
    private const int Depth = 32;
    private const int RowsOfThread = 4;

    // One spare column keeps the threads of a warp, which read down a column, on different banks.
    private const int Stride = Depth + 1;

    public static void Run<T>(ArrayView<float> x, ArrayView<T> w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where T : unmanaged, IWeightElement => Tiles(x, new StoredElements<T>(w, k), y, m, n, k, accumulate, group, groups);

    /// <summary>The same for weights however they are stored.</summary>
    public static void Tiles<TElements>(
        ArrayView<float> x, TElements w, ArrayView<float> y, int m, int n, int k, int accumulate, int group, int groups)
        where TElements : struct, IElements
    {
        ArrayView<float> xTile = SharedMemory.Allocate<float>(TileProduct.TileRows * Stride);
        ArrayView<float> wTile = SharedMemory.Allocate<float>(TileProduct.TileColumns * Stride);
        int tilesAcross = (n + TileProduct.TileColumns - 1) / TileProduct.TileColumns;
        int tiles = (m + TileProduct.TileRows - 1) / TileProduct.TileRows * tilesAcross;
        int tx = Group.IdxX % TileProduct.TileColumns, ty = Group.IdxX / TileProduct.TileColumns;
        for (int tile = group; tile < tiles; tile += groups)
        {
            int row = tile / tilesAcross * TileProduct.TileRows, column = tile % tilesAcross * TileProduct.TileColumns;
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            for (int depth = 0; depth < k; depth += Depth)
            {
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

            row += ty * RowsOfThread;
            column += tx;
            Finish(y, row, column, m, n, s0, accumulate);
            Finish(y, row + 1, column, m, n, s1, accumulate);
            Finish(y, row + 2, column, m, n, s2, accumulate);
            Finish(y, row + 3, column, m, n, s3, accumulate);
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

    private static void Finish(ArrayView<float> y, int row, int column, int m, int n, float sum, int accumulate)
    {
        if (row >= m || column >= n)
            return;
        long at = ((long)row * n) + column;
        y[at] = accumulate != 0 ? y[at] + sum : sum;
    }
}
