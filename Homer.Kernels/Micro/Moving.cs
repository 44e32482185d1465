using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Micro;

/// <summary>
/// Moves rows towards the start of the array they are in. Sources never lie before their targets and targets ascend, so nothing is
/// overwritten before it has been read.
/// </summary>
[HasGroupBodies(typeof(MovingOnGroup))]
internal static unsafe class Moving
{
    /// <summary>Row j becomes row kept[j], for j &lt; count; kept ascends.</summary>
    [IntrinsicImplementation]
    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width)
        where T : unmanaged
    {
        T* data = (T*)rows.LoadEffectiveAddressAsPtr();
        int* index = (int*)kept.LoadEffectiveAddressAsPtr();
        for (int j = 0; j < count;)
        {
            int run = j + 1;
            while (run < count && index[run] == index[run - 1] + 1)
                run++;
            Copy(data, j, index[j], run - j, width);
            j = run;
        }
    }

    /// <summary>Element j becomes element kept[j], for j &lt; count; kept ascends.</summary>
    [IntrinsicImplementation]
    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged
    {
        T* data = (T*)elements.LoadEffectiveAddressAsPtr();
        int* index = (int*)kept.LoadEffectiveAddressAsPtr();
        for (int j = 0; j < count; j++)
            data[j] = data[index[j]];
    }

    /// <summary>Rows from … from + count − 1 become rows to … to + count − 1; to ≤ from.</summary>
    [IntrinsicImplementation]
    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width)
        where T : unmanaged => Copy((T*)rows.LoadEffectiveAddressAsPtr(), to, from, count, width);

    /// <summary>Elements from … from + count − 1 become elements to … to + count − 1; to ≤ from.</summary>
    [IntrinsicImplementation]
    public static void DownElements<T>(ArrayView<T> elements, int to, int from, int count)
        where T : unmanaged
    {
        T* data = (T*)elements.LoadEffectiveAddressAsPtr();
        long bytes = (long)count * sizeof(T);
        Buffer.MemoryCopy(data + from, data + to, bytes, bytes);
    }

    private static void Copy<T>(T* data, int to, int from, int count, int width)
        where T : unmanaged
    {
        long bytes = (long)count * width * sizeof(T);
        if (to != from)
            Buffer.MemoryCopy(data + ((long)from * width), data + ((long)to * width), bytes, bytes);
    }
}
