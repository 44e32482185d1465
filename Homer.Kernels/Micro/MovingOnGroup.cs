using ILGPU;

namespace Homer.Kernels.Micro;

/// <summary>
/// The bodies of <see cref="Moving"/> for a group of threads. Each thread owns whole columns of wide rows and needs no barrier; single
/// elements go tile by tile, read by all before any is written.
/// </summary>
internal static class MovingOnGroup
{
    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            for (int i = Group.IdxX; i < width; i += Group.DimX)
                rows[((long)j * width) + i] = rows[((long)kept[j] * width) + i];
        }
    }

    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged
    {
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            T value = elements[kept[j < count ? j : start]];
            Group.Barrier();
            if (j < count)
                elements[j] = value;
            Group.Barrier();
        }
    }

    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
        {
            for (int i = Group.IdxX; i < width; i += Group.DimX)
                rows[((long)(to + j) * width) + i] = rows[((long)(from + j) * width) + i];
        }
    }

    public static void DownElements<T>(ArrayView<T> elements, int to, int from, int count)
        where T : unmanaged
    {
        for (int start = 0; start < count; start += Group.DimX)
        {
            int j = start + Group.IdxX;
            T value = elements[from + (j < count ? j : start)];
            Group.Barrier();
            if (j < count)
                elements[to + j] = value;
            Group.Barrier();
        }
    }
}
