using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Rows.Gpu;

/// <summary>
/// The bodies of <see cref="RowCompaction"/> for a group of threads. A slice is eight words of every row, and a group moves 128 rows of it at once, eight a thread: all are read
/// before any is written, so that eight loads a thread are under way.
/// </summary>
/// <remarks>
/// <code>
/// rows of the batch    0 …  15 | 16 …  31 | … | 112 … 127       thread t: column t mod 8 of rows t / 8, t / 8 + 16, …
/// </code>
/// Nothing is lost: kept[j] ≥ j, and kept ascends. What a batch writes, rows j below its end, is read by itself, before its barrier, or by earlier batches; later ones
/// read rows kept[j] ≥ j, which begin where it ends. So one barrier a batch is enough, and slices, which share no word, need none between them.
/// </remarks>
internal static class RowCompactionGpu
{
    /// <summary>Words of a row that a group moves; 128 bytes, if they are wide.</summary>
    public const int Columns = 8;

    /// <summary>Words that a group copies at once.</summary>
    public const int CopiedAtOnce = Loads * ComputeDevice.GpuGroupSize;

    private const int RowsOfLoad = ComputeDevice.GpuGroupSize / Columns;
    private const int Loads = 8;

    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width, int slice)
        where T : unmanaged, IWord<T> => Move(new Rows<T, Chosen>(rows, new(kept), 0, count, width, slice));

    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged => Gather(elements.Cast<Float32>(), kept, count, 1, 0);

    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width, int slice)
        where T : unmanaged, IWord<T> => Move(new Rows<T, Following>(rows, new(from), to, count, width, slice));

    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged, IWord<T>
    {
        ArrayView<T> from = default(T).Aligned(source), to = default(T).Aligned(target);
        for (int i = Group.IdxX; i < n; i += CopiedAtOnce)
        {
            // What lies beyond the end stands for the last word, which is then copied more than once.
            T w0 = from[i], w1 = from[At(i, 1, n)], w2 = from[At(i, 2, n)], w3 = from[At(i, 3, n)];
            T w4 = from[At(i, 4, n)], w5 = from[At(i, 5, n)], w6 = from[At(i, 6, n)], w7 = from[At(i, 7, n)];
            to[i] = w0;
            to[At(i, 1, n)] = w1;
            to[At(i, 2, n)] = w2;
            to[At(i, 3, n)] = w3;
            to[At(i, 4, n)] = w4;
            to[At(i, 5, n)] = w5;
            to[At(i, 6, n)] = w6;
            to[At(i, 7, n)] = w7;
        }
    }

    private static int At(int i, int load, int n) => XMath.Min(i + (load * ComputeDevice.GpuGroupSize), n - 1);

    private static void Move<T, TSource>(Rows<T, TSource> rows)
        where T : unmanaged, IWord<T>
        where TSource : struct, ISource
    {
        int start = 0;
        do
        {
            int j = start + (Group.IdxX / Columns);
            T w0 = rows.Read(j), w1 = rows.Read(j + RowsOfLoad), w2 = rows.Read(j + (2 * RowsOfLoad)), w3 = rows.Read(j + (3 * RowsOfLoad));
            T w4 = rows.Read(j + (4 * RowsOfLoad)), w5 = rows.Read(j + (5 * RowsOfLoad)), w6 = rows.Read(j + (6 * RowsOfLoad)), w7 = rows.Read(j + (7 * RowsOfLoad));
            Group.Barrier();
            rows.Write(j, w0);
            rows.Write(j + RowsOfLoad, w1);
            rows.Write(j + (2 * RowsOfLoad), w2);
            rows.Write(j + (3 * RowsOfLoad), w3);
            rows.Write(j + (4 * RowsOfLoad), w4);
            rows.Write(j + (5 * RowsOfLoad), w5);
            rows.Write(j + (6 * RowsOfLoad), w6);
            rows.Write(j + (7 * RowsOfLoad), w7);
            start += Loads * RowsOfLoad;
        }
        while (start < rows.Count);
    }

    /// <summary>Which row becomes the j-th.</summary>
    private interface ISource
    {
        int Of(int j);
    }

    private readonly struct Chosen(ArrayView<int> kept) : ISource
    {
        private readonly ArrayView<int> kept = kept;

        public int Of(int j) => kept[j];
    }

    private readonly struct Following(int from) : ISource
    {
        private readonly int from = from;

        public int Of(int j) => from + j;
    }

    /// <summary>A thread's column of the rows of one array.</summary>
    private readonly struct Rows<T, TSource>
        where T : unmanaged, IWord<T>
        where TSource : struct, ISource
    {
        public readonly int Count;
        private readonly ArrayView<T> rows;
        private readonly TSource source;
        private readonly int to;
        private readonly int width;
        private readonly int column;

        public Rows(ArrayView<T> rows, TSource source, int to, int count, int width, int slice)
        {
            this.rows = default(T).Aligned(rows);
            this.source = source;
            this.to = to;
            this.width = width;
            Count = count;
            column = (slice * Columns) + (Group.IdxX % Columns);
        }

        /// <summary>Rows beyond the last, and columns beyond a row, read what is there.</summary>
        public T Read(int j) => rows[((long)source.Of(XMath.Min(j, Count - 1)) * width) + XMath.Min(column, width - 1)];

        public void Write(int j, T word)
        {
            if (j < Count && column < width)
                rows[((long)(to + j) * width) + column] = word;
        }
    }
}
