using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Rows.Gpu;

// Tour: docs/kernels.md#survivorcompaction
/// <summary>
/// The bodies of <see cref="RowCompaction"/> for a group of threads. A slice is eight units of every row. A group moves 128 rows of a slice
/// at a time, eight for each thread: all are read before any is written, so that a thread has eight loads in flight.
/// </summary>
/// <remarks>
/// <code>
/// rows of the batch    0 …  15 | 16 …  31 | … | 112 … 127       thread t: column t mod 8 of rows t / 8, t / 8 + 16, …
/// </code>
/// Nothing is overwritten too early, since kept[j] ≥ j and kept ascends. The rows that a batch writes (all j below its end) are read by
/// that
/// batch, before its barrier, or by earlier batches; later batches read rows kept[j] ≥ j, which begin where it ends. So one barrier for
/// each
/// batch is enough, and slices, which share no unit, need none between them.
/// </remarks>
internal static class RowCompactionGpu
{
    /// <summary>Units of a row in one slice; 128 bytes if units have 16.</summary>
    public const int Columns = 8;

    /// <summary>Units that a group copies at a time.</summary>
    public const int CopiedAtOnce = Loads * GpuGroup.Size;

    private const int RowsOfLoad = GpuGroup.Size / Columns;
    private const int Loads = 8;

    public static void Gather<T>(ArrayView<T> rows, ArrayView<int> kept, int count, int width, int slice)
        where T : unmanaged, ICopyUnit<T> => Move(new Rows<T, Chosen>(rows, new(kept), 0, count, width, slice));

    public static void GatherElements<T>(ArrayView<T> elements, ArrayView<int> kept, int count)
        where T : unmanaged => Gather(elements.Cast<Float32>(), kept, count, 1, 0);

    public static void Down<T>(ArrayView<T> rows, int to, int from, int count, int width, int slice)
        where T : unmanaged, ICopyUnit<T> => Move(new Rows<T, Following>(rows, new(from), to, count, width, slice));

    public static void Copy<T>(ArrayView<T> target, ArrayView<T> source, int n)
        where T : unmanaged, ICopyUnit<T>
    {
        ArrayView<T> from = default(T).Aligned(source), to = default(T).Aligned(target);
        for (int i = Group.IdxX; i < n; i += CopiedAtOnce)
        {
            // Indices beyond the end are those of the last unit, which is then copied more than once.
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

    private static int At(int i, int load, int n) => XMath.Min(i + (load * GpuGroup.Size), n - 1);

    private static void Move<T, TSource>(Rows<T, TSource> rows)
        where T : unmanaged, ICopyUnit<T>
        where TSource : struct, ISource
    {
        int start = 0;
        do
        {
            int j = start + (Group.IdxX / Columns);
            T w0 = rows.Read(j), w1 = rows.Read(j + RowsOfLoad);
            T w2 = rows.Read(j + (2 * RowsOfLoad)), w3 = rows.Read(j + (3 * RowsOfLoad));
            T w4 = rows.Read(j + (4 * RowsOfLoad)), w5 = rows.Read(j + (5 * RowsOfLoad));
            T w6 = rows.Read(j + (6 * RowsOfLoad)), w7 = rows.Read(j + (7 * RowsOfLoad));
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

    /// <summary>The source row of each target row.</summary>
    private interface ISource
    {
        /// <summary>Returns the row that is moved to row j.</summary>
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

    /// <summary>One thread's column in the rows of one array.</summary>
    private readonly struct Rows<T, TSource>
        where T : unmanaged, ICopyUnit<T>
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

        /// <summary>Reads the source of row j; beyond the last row or column, the last one's.</summary>
        public T Read(int j) => rows[((long)source.Of(XMath.Min(j, Count - 1)) * width) + XMath.Min(column, width - 1)];

        public void Write(int j, T word)
        {
            if (j < Count && column < width)
                rows[((long)(to + j) * width) + column] = word;
        }
    }
}
