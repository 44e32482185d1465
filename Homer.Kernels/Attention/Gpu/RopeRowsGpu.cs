using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#rope
/// <summary>
/// The body of <see cref="RopeRows"/> on a GPU, whose threads are numbered through, whatever group they are in. A thread rotates four pairs
/// of a query head and the same pairs of the key head of that index, if there is one, and writes its key and value to the cache.
/// </summary>
/// <remarks>
/// <code>
/// item      ((token · heads) + head) · h / 4 + q                                                       h = head_dim / 2
/// thread    elements 4q … 4q + 3 and h + 4q … h + 4q + 3 of query head, key head and value head
/// </code>
/// A thread has in registers what it writes to the cache, so that no thread waits for another.
/// </remarks>
internal static class RopeRowsGpu
{
    /// <summary>Returns the number of groups that process all heads at once.</summary>
    public static int Groups(HeadLayout layout) =>
        (int)((((long)layout.Tokens * layout.Heads * QuadsOf(layout.HeadDim / 2)) + GpuGroup.Size - 1) / GpuGroup.Size);

    public static void Run<T, TQuads>(
        QueryKeyValue source, LayerViews<T> target, ArrayView<int> positions, RopeTableView table, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access
    {
        TQuads quads = default;
        int half = layout.HeadDim / 2, ofHead = QuadsOf(half);
        for (int item = (Grid.IdxX * Group.DimX) + Group.IdxX; item < layout.Tokens * layout.Heads * ofHead; item += Grid.DimX * Group.DimX)
        {
            int q = item % ofHead, h = item / ofHead % layout.Heads, t = item / ofHead / layout.Heads;
            long angles = (long)positions[t] * half;
            Float32x4 cos = quads.Load(table.Cos.SubView(angles, half), q, half);
            Float32x4 sin = quads.Load(table.Sin.SubView(angles, half), q, half);
            ArrayView<float> query = source.Query.SubView(layout.Row(t, layout.Heads, h), layout.HeadDim);
            Halves queryPairs = Read<TQuads>(query, q, half);
            if (h < layout.KvHeads)
            {
                long from = layout.Row(t, layout.KvHeads, h), to = layout.CacheRow(h, t);
                ArrayView<float> key = source.Key.SubView(from, layout.HeadDim);
                Halves value = Read<TQuads>(source.Value.SubView(from, layout.HeadDim), q, half);
                Halves rotated = Rotate(Read<TQuads>(key, q, half), cos, sin);
                Write<Float32, TQuads>(key.Cast<Float32>(), q, half, rotated);
                Write<T, TQuads>(target.Keys.SubView(to, layout.HeadDim), q, half, rotated);
                Write<T, TQuads>(target.Values.SubView(to, layout.HeadDim), q, half, value);
            }

            Write<Float32, TQuads>(query.Cast<Float32>(), q, half, Rotate(queryPairs, cos, sin));
        }
    }

    private static int QuadsOf(int half) => (half + 3) / 4;

    private static Halves Read<TQuads>(ArrayView<float> head, int q, int half)
        where TQuads : struct, IFloat32x4Access => new()
        {
            First = default(TQuads).Load(head.SubView(0, half), q, half),
            Second = default(TQuads).Load(head.SubView(half, half), q, half),
        };

    private static void Write<T, TQuads>(ArrayView<T> head, int q, int half, Halves numbers)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access
    {
        default(TQuads).Encode(head.SubView(0, half), q, half, numbers.First);
        default(TQuads).Encode(head.SubView(half, half), q, half, numbers.Second);
    }

    private static Halves Rotate(Halves a, Float32x4 cos, Float32x4 sin) => new()
    {
        First = new()
        {
            X = (a.First.X * cos.X) - (a.Second.X * sin.X),
            Y = (a.First.Y * cos.Y) - (a.Second.Y * sin.Y),
            Z = (a.First.Z * cos.Z) - (a.Second.Z * sin.Z),
            W = (a.First.W * cos.W) - (a.Second.W * sin.W),
        },
        Second = new()
        {
            X = (a.Second.X * cos.X) + (a.First.X * sin.X),
            Y = (a.Second.Y * cos.Y) + (a.First.Y * sin.Y),
            Z = (a.Second.Z * cos.Z) + (a.First.Z * sin.Z),
            W = (a.Second.W * cos.W) + (a.First.W * sin.W),
        },
    };

    /// <summary>Four elements of the first half of a head, and the four of the second half that are rotated with them.</summary>
    private struct Halves
    {
        public Float32x4 First, Second;
    }
}
