using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Rows.Gpu;

// Tour: docs/kernels.md#heavyhitters
/// <summary>
/// The body of <see cref="CompactIndices"/> for a group of threads, one tile of 128 values at a time. Each thread counts the tile's values
/// above and equal to the threshold, once before its own value, which gives its place, and once in all, where the next tile goes on.
/// </summary>
internal static class CompactIndicesGpu
{
    public static void Place(ArrayView<int> kept, ArrayView<float> values, int n, float threshold, int equal, int heavy, int recent)
    {
        ArrayView<float> tile = SharedMemory.Allocate<float>(GpuGroup.Size);
        int above = 0, equals = 0;
        for (int start = 0; start < n; start += Group.DimX)
        {
            int i = start + Group.IdxX, width = n - start < Group.DimX ? n - start : Group.DimX;
            float own = i < n ? OrderedBits.Number(values[i]) : float.NegativeInfinity;
            tile[Group.IdxX] = own;
            Group.Barrier();
            int aboveBefore = above, equalsBefore = equals;
            for (int j = 0; j < width; j++)
            {
                int isAbove = tile[j] > threshold ? 1 : 0, isEqual = tile[j] == threshold ? 1 : 0;
                above += isAbove;
                equals += isEqual;
                aboveBefore += j < Group.IdxX ? isAbove : 0;
                equalsBefore += j < Group.IdxX ? isEqual : 0;
            }

            int equalsKept = equalsBefore < equal ? equalsBefore : equal;
            if (i < n && (own > threshold || (own == threshold && equalsBefore < equal)))
                kept[aboveBefore + equalsKept] = i;
            Group.Barrier();
        }

        for (int i = Group.IdxX; i < recent; i += Group.DimX)
            kept[heavy + i] = n + i;
    }
}
