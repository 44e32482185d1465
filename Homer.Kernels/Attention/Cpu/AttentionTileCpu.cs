using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#attention-on-the-cpu
/// <summary>
/// The CPU body of <see cref="AttentionTile"/>. Prefill takes a block of tokens and all query heads of one key head at a time, and passes
/// over the keys in blocks with online softmax (Milakov and Gimelshein 2018, arXiv 1805.02867; Dao et al. 2022, arXiv 2205.14135). Decoding
/// takes one query after another.
/// </summary>
/// <remarks>
/// In a block, scores = Q·Kᵀ and output += P·V are products of the same register tiles as <see cref="TileProduct"/>, and a block of keys is
/// packed once for all heads that share it. With few tokens, packing costs more than it saves.
/// </remarks>
internal static unsafe class AttentionTileCpu
{
    /// <summary>The fewest tokens that are taken in blocks.</summary>
    public const int FewestTokensToBlock = 8;

    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, int past)
        where T : unmanaged, IWeightElement
    {
        var operands = new AttentionOperands<T>
        {
            Output = RowMath.Pointer(output),
            Query = RowMath.Pointer(query),
            Keys = (T*)cached.Keys.LoadEffectiveAddressAsPtr(),
            Values = (T*)cached.Values.LoadEffectiveAddressAsPtr(),
            Layout = layout,
            Seen = new() { Past = past, Window = int.MaxValue },
        };
        switch (VectorWidth.Bits)
        {
            case 512: Attend<T, Vector512<float>, Body512>(operands); break;
            case 256: Attend<T, Vector256<float>, Body256>(operands); break;
            case 128: Attend<T, Vector128<float>, Body128>(operands); break;
            default: Attend<T, float, BodyScalar>(operands); break;
        }
    }

    private static void Attend<T, TVector, TBody>(in AttentionOperands<T> operands)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        HeadLayout layout = operands.Layout;
        if (layout.Tokens < FewestTokensToBlock)
            Decode<T, TVector, TBody>(operands);
        else
            Blocks<T, TVector, TBody>(operands);
    }

    /// <summary>Attends from all tokens in blocks, with or without windows and bounded scores.</summary>
    public static void Blocks<T, TVector, TBody>(in AttentionOperands<T> operands)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        HeadLayout layout = operands.Layout;
        using var scratch = new AttentionScratch(layout.HeadDim, layout.Heads / layout.KvHeads, 2 * TBody.Lanes);
        int blocks = TileProduct.DivideUp(layout.Tokens, AttentionScratch.TokenBlock);
        for (int item = Grid.IdxX; item < blocks * layout.KvHeads; item += Grid.DimX)
        {
            int kvHead = item % layout.KvHeads, first = item / layout.KvHeads * AttentionScratch.TokenBlock;
            Block<T, TVector, TBody>(operands, kvHead, first, scratch);
        }
    }

    /// <summary>
    /// Attends query by query; those of a token that share a key head go together, unless that leaves groups without work.
    /// </summary>
    private static void Decode<T, TVector, TBody>(in AttentionOperands<T> operands)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        HeadLayout layout = operands.Layout;
        int d = layout.HeadDim, shared = layout.Heads / layout.KvHeads, parts = TileProduct.DivideUp(shared, GroupedAttentionRow.Most);
        int together = layout.Tokens * layout.KvHeads * parts < Grid.DimX ? 1 : TileProduct.DivideUp(shared, parts);
        parts = TileProduct.DivideUp(shared, together);
        for (int item = Grid.IdxX; item < layout.Tokens * layout.KvHeads * parts; item += Grid.DimX)
        {
            int t = item / (layout.KvHeads * parts), kvHead = item / parts % layout.KvHeads;
            int first = item % parts * together, queries = Math.Min(together, shared - first), count = operands.Seen.Count(t);
            long cached = layout.CacheRow(kvHead, 0), row = layout.Row(t, layout.Heads, (kvHead * shared) + first);
            float* output = operands.Output + row, query = operands.Query + row;
            T* keys = operands.Keys + cached, values = operands.Values + cached;
            if (queries == 1)
                AttentionRow.Attend<T, TVector, TBody>(output, query, keys, values, count, d, 1 / MathF.Sqrt(d));
            else
                GroupedAttentionRow.Attend<T, TVector, TBody>(output, query, keys, values, queries, count, d);
        }
    }

    /// <summary>Attends from a block of tokens, from token <paramref name="first"/> on, in all query heads of a key head.</summary>
    private static void Block<T, TVector, TBody>(in AttentionOperands<T> operands, int kvHead, int first, in AttentionScratch scratch)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        const int TokenBlock = AttentionScratch.TokenBlock, KeyBlock = AttentionScratch.KeyBlock;
        HeadLayout layout = operands.Layout;
        long cached = layout.CacheRow(kvHead, 0);
        T* keys = operands.Keys + cached, values = operands.Values + cached;
        int d = layout.HeadDim, heads = layout.Heads / layout.KvHeads;
        int width = 2 * TBody.Lanes, panels = TileProduct.DivideUp(d, width), padded = panels * width;
        int tokens = Math.Min(TokenBlock, layout.Tokens - first);
        SeenRows seen = operands.Seen;
        int visible = seen.Past + first + tokens;
        float scale = 1 / MathF.Sqrt(d);
        scratch.Clear(heads * TokenBlock, padded);
        // Blocks of keys lie at the same rows whatever the first token is, so that a token's result does not depend on its neighbours.
        for (int start = seen.First(first) / KeyBlock * KeyBlock; start < visible; start += KeyBlock)
        {
            // 1. Pack a block of keys and values, once for all query heads.
            int count = Math.Min(KeyBlock, visible - start);
            scratch.PackKeys<T, TVector, TBody>(keys + ((long)start * d), d, count);
            scratch.PackValues<T, TVector, TBody>(values + ((long)start * d), d, count, panels);
            for (int h = 0; h < heads; h++)
            {
                float* q = operands.Query + layout.Row(first, layout.Heads, (kvHead * heads) + h);
                float* sums = scratch.Sums + (h * TokenBlock), maxima = scratch.Maxima + (h * TokenBlock);
                float* o = scratch.Output + ((long)h * TokenBlock * padded);

                // 2. Scores [tokens, keys of the block] = Q·Kᵀ.
                for (int p = 0; p < count; p += width)
                {
                    new PanelProduct
                    {
                        X = new(q, layout.Heads * d),
                        Panel = scratch.Keys + (p * d),
                        Y = scratch.Scores + p,
                        YStride = KeyBlock,
                        Depth = d,
                        Rows = tokens,
                    }.Multiply<TVector, TBody>();
                }

                // 3. Weights, of the keys from the first of the window up to the token's own.
                for (int t = 0; t < tokens; t++)
                {
                    int end = Math.Clamp(seen.Past + first + t + 1 - start, 0, count);
                    int begin = Math.Clamp(seen.First(first + t) - start, 0, end);
                    float* scores = scratch.Scores + (t * KeyBlock), output = o + ((long)t * padded);
                    if (seen.SoftCap != 0)
                        BoundedScores.Apply<TVector, TBody>(scores, end, scale, seen.SoftCap);
                    new Span<float>(scores, begin).Fill(float.NegativeInfinity);
                    BlockSoftmax.Step<TVector, TBody>(
                        scores, begin < end ? end : 0, seen.SoftCap != 0 ? 1 : scale, ref maxima[t], ref sums[t], output, padded);
                }

                // 4. Output [tokens, head_dim] += P·V.
                for (int p = 0; p < panels; p++)
                {
                    new PanelProduct
                    {
                        X = new(scratch.Scores, KeyBlock),
                        Panel = scratch.Values + (p * KeyBlock * width),
                        Y = o + (p * width),
                        YStride = padded,
                        Depth = count,
                        Rows = tokens,
                        Accumulate = true,
                    }.Multiply<TVector, TBody>();
                }
            }
        }

        // 5. Divide by the sum of the weights.
        for (int h = 0; h < heads; h++)
        {
            for (int t = 0; t < tokens; t++)
            {
                int row = (h * TokenBlock) + t;
                float* target = operands.Output + layout.Row(first + t, layout.Heads, (kvHead * heads) + h);
                float inverse = 1 / scratch.Sums[row];
                for (int i = 0; i < d; i++)
                    target[i] = scratch.Output[((long)row * padded) + i] * inverse;
            }
        }
    }
}
