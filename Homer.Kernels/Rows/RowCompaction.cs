using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Gpu;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Rows;

/// <summary>
/// Moves rows towards the start of the array they are in. Sources never lie before their targets and targets ascend, so nothing is
/// overwritten before it has been read.
/// </summary>
/// <remarks>
/// Rows are moved in slices of some columns, each on its own: whole rows on the CPU, 128 bytes of each on a GPU.
/// </remarks>
[HasGpuBody(typeof(RowCompactionGpu))]
internal static unsafe class RowCompaction
{
    /// <summary>Slices that rows of so many words are moved in, each an item of its own.</summary>
    public static int Slices(ComputeDevice device, int width) => device.GroupSize == 1 ? 1 : (width + RowCompactionGpu.Columns - 1) / RowCompactionGpu.Columns;

    /// <summary>Row j becomes row kept[j], for j &lt; count, which is at least 1; kept ascends.</summary>
    [IntrinsicImplementation]
    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width, int slice)
        where T : unmanaged, IWord<T>
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

    /// <summary>The same of single elements of 4 bytes.</summary>
    [IntrinsicImplementation]
    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged
    {
        T* data = (T*)elements.LoadEffectiveAddressAsPtr();
        int* index = (int*)kept.LoadEffectiveAddressAsPtr();
        for (int j = 0; j < count; j++)
            data[j] = data[index[j]];
    }

    /// <summary>Rows from … from + count − 1 become rows to … to + count − 1; to ≤ from, and from is at least 1.</summary>
    [IntrinsicImplementation]
    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width, int slice)
        where T : unmanaged, IWord<T> => Copy((T*)rows.LoadEffectiveAddressAsPtr(), to, from, count, width);

    /// <summary>target[i] = source[i]; they do not overlap.</summary>
    [IntrinsicImplementation]
    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged, IWord<T> =>
        new ReadOnlySpan<T>(source.LoadEffectiveAddressAsPtr().ToPointer(), n).CopyTo(new Span<T>(target.LoadEffectiveAddressAsPtr().ToPointer(), n));

    private static void Copy<T>(T* data, int to, int from, int count, int width)
        where T : unmanaged
    {
        long bytes = (long)count * width * sizeof(T);
        if (to != from)
            Buffer.MemoryCopy(data + ((long)from * width), data + ((long)to * width), bytes, bytes);
    }
}
