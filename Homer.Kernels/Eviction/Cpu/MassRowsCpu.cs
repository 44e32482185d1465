using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction.Cpu;

// Tour: docs/kernels.md#attentionmass
/// <summary>The CPU bodies of <see cref="MassRows"/>: query after query, each over the keys that it sees.</summary>
internal static unsafe class MassRowsCpu
{
    public static float LogSumExp<T>(ArrayView<float> query, ArrayView<T> keys, int count, int d)
        where T : unmanaged, IWeightElement
    {
        float* scores = ThreadScratch.Take(count);
        AttentionRow.Scores(RowMath.Pointer(query), (T*)keys.LoadEffectiveAddressAsPtr(), scores, count, d, 1 / MathF.Sqrt(d));
        float max = TensorPrimitives.Max<float>(new ReadOnlySpan<float>(scores, count));
        return max + MathF.Log(AttentionRow.Exponentials<Vector256<float>, Body256>(scores, count));
    }

    public static void Add<T>(
        ArrayView<float> mass, ArrayView<float> query, ArrayView<T> keys, ArrayView<float> normalizers, HeadLayout layout, MassTile tile)
        where T : unmanaged, IWeightElement
    {
        float* scores = stackalloc float[MassRows.Tile];
        var sums = new Span<float>(RowMath.Pointer(mass), tile.Width);
        if (tile.Known < tile.Width)
            sums[Math.Max(0, tile.Known)..].Clear();
        int d = layout.HeadDim, shared = layout.Heads / layout.KvHeads;
        float scale = 1 / MathF.Sqrt(d);
        float* q = RowMath.Pointer(query), lse = RowMath.Pointer(normalizers);
        T* k = (T*)keys.LoadEffectiveAddressAsPtr();
        for (int t = Math.Max(0, tile.FirstToken); t < layout.Tokens; t++)
        {
            int seen = Math.Min(tile.Width, t - tile.FirstToken + 1);
            var row = new Span<float>(scores, seen);
            for (int h = tile.KvHead * shared; h < (tile.KvHead + 1) * shared; h++)
            {
                int item = (t * layout.Heads) + h;
                AttentionRow.Scores(q + ((long)item * d), k, scores, seen, d, scale);
                TensorPrimitives.Subtract(row, lse[item], row);
                TensorPrimitives.Exp(row, row);
                TensorPrimitives.Add(sums[..seen], row, sums[..seen]);
            }
        }
    }
}
