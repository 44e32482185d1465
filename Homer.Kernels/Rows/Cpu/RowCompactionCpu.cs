namespace Homer.Kernels.Rows.Cpu;

// Tour: docs/kernels.md#survivorcompaction
/// <summary>The bodies of <see cref="RowCompaction"/> for one CPU thread: runs of consecutive rows are moved by one call each.</summary>
internal static unsafe class RowCompactionCpu
{
    /// <summary>Moves row kept[j] to row j, for j &lt; count; kept ascends.</summary>
    public static void Gather<T>(T* rows, int* kept, int count, int width)
        where T : unmanaged
    {
        for (int j = 0; j < count;)
        {
            int run = j + 1;
            while (run < count && kept[run] == kept[run - 1] + 1)
                run++;
            Move(rows, j, kept[j], run - j, width);
            j = run;
        }
    }

    /// <summary>Moves element kept[j] to element j, for j &lt; count; kept ascends.</summary>
    public static void GatherElements<T>(T* elements, int* kept, int count)
        where T : unmanaged
    {
        for (int j = 0; j < count; j++)
            elements[j] = elements[kept[j]];
    }

    /// <summary>
    /// Moves <paramref name="count"/> rows from row <paramref name="from"/> to row <paramref name="to"/>; they may overlap.
    /// </summary>
    public static void Move<T>(T* rows, int to, int from, int count, int width)
        where T : unmanaged
    {
        long bytes = (long)count * width * sizeof(T);
        if (to != from)
            Buffer.MemoryCopy(rows + ((long)from * width), rows + ((long)to * width), bytes, bytes);
    }
}
