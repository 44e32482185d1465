using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Gpu;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction;

/// <summary>The two passes of <see cref="AttentionMass"/> over its scores.</summary>
[HasGpuBody(typeof(MassRowsGpu))]
internal static unsafe class MassRows
{
    /// <summary>Keys of a tile: as many as a group has threads.</summary>
    public const int Tile = GpuGroup.Size;

    /// <summary>ln Σ exp(query·keyⱼ / √d) over keys [count, d], known to every thread of the group.</summary>
    [IntrinsicImplementation]
    public static float LogSumExp<T>(ArrayView<float> query, ArrayView<T> keys, int count, int d)
        where T : unmanaged, IWeightElement
    {
        float* scores = ThreadScratch.Take(count);
        AttentionRow.Scores(RowMath.Pointer(query), (T*)keys.LoadEffectiveAddressAsPtr(), scores, count, d, 1 / MathF.Sqrt(d));
        float max = TensorPrimitives.Max<float>(new ReadOnlySpan<float>(scores, count));
        return max + MathF.Log(AttentionRow.Exponentials<Vector256<float>, Body256>(scores, count));
    }

    /// <summary>
    /// mass[j] = (j &lt; known ? mass[j] : 0) + Σ exp(q·keyⱼ / √d − normalizer) over the tokens t ≥ first token + j and the query heads that share the
    /// key head.
    /// </summary>
    /// <param name="mass">[width].</param>
    /// <param name="query">[tokens, heads, d].</param>
    /// <param name="keys">[width, d].</param>
    /// <param name="normalizers">[tokens, heads].</param>
    /// <param name="layout">How many tokens and heads there are.</param>
    /// <param name="tile">The tile of keys.</param>
    [IntrinsicImplementation]
    public static void Add<T>(
        ArrayView<float> mass, ArrayView<float> query, ArrayView<T> keys, ArrayView<float> normalizers, HeadLayout layout, MassTile tile)
        where T : unmanaged, IWeightElement
    {
        float* scores = stackalloc float[Tile];
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
