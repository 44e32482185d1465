using Homer.Kernels.Llama;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Micro;

/// <summary>The body of <see cref="RopeRows"/> for a group of threads: a head at a time.</summary>
internal static class RopeRowsOnGroup
{
    public static void Run<T>(
        Rope.QueryKeyValue source, ArrayView<T> keys, ArrayView<T> values, ArrayView<int> positions, Rotations rotations, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim, half = d / 2, perToken = layout.Heads + layout.KvHeads;
        for (int item = Grid.IdxX; item < layout.Tokens * perToken; item += Grid.DimX)
        {
            int t = item / perToken, h = item % perToken;
            long angles = (long)positions[t] * half;
            ArrayView<float> cos = rotations.Cos.SubView(angles, half), sin = rotations.Sin.SubView(angles, half);
            if (h < layout.Heads)
            {
                Rotate(source.Query.SubView(layout.Row(t, layout.Heads, h), d), cos, sin, half);
            }
            else
            {
                int kvHead = h - layout.Heads;
                long from = layout.Row(t, layout.KvHeads, kvHead), to = layout.CacheRow(kvHead, t);
                ArrayView<float> key = source.Key.SubView(from, d);
                Rotate(key, cos, sin, half);
                Encode(keys.SubView(to, d), key, d);
                Encode(values.SubView(to, d), source.Value.SubView(from, d), d);
            }
        }
    }

    private static void Rotate(ArrayView<float> row, ArrayView<float> cos, ArrayView<float> sin, int half)
    {
        for (int i = Group.IdxX; i < half; i += Group.DimX)
        {
            float first = row[i], second = row[i + half];
            row[i] = (first * cos[i]) - (second * sin[i]);
            row[i + half] = (second * cos[i]) + (first * sin[i]);
        }

        Group.Barrier();
    }

    private static void Encode<T>(ArrayView<T> target, ArrayView<float> source, int n)
        where T : unmanaged, ICacheElement<T>
    {
        for (int i = Group.IdxX; i < n; i += Group.DimX)
            target[i] = target[i].FromSingle(source[i]);
    }
}
