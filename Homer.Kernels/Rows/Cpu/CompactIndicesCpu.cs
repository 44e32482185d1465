using Homer.Kernels.Elements;

namespace Homer.Kernels.Rows.Cpu;

// Tour: docs/kernels.md#heavyhitters
/// <summary>The body of <see cref="CompactIndices"/> for one CPU thread: one pass over the values.</summary>
internal static unsafe class CompactIndicesCpu
{
    public static void Place(int* kept, float* values, int n, float threshold, int equal, int heavy, int recent)
    {
        int place = 0;
        for (int i = 0; i < n; i++)
        {
            float value = OrderedBits.Number(values[i]);
            if (value > threshold || (value == threshold && equal-- > 0))
                kept[place++] = i;
        }

        for (int i = 0; i < recent; i++)
            kept[heavy + i] = n + i;
    }
}
