using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Attention;

/// <summary>The share of one group in causal attention; see <see cref="CausalAttention"/> for the maths and the shapes.</summary>
/// <remarks>
/// The CPU body takes a block of tokens and all query heads of one key head at a time, and passes over the keys in blocks with online
/// softmax (Milakov and Gimelshein 2018, arXiv 1805.02867; Dao et al. 2022, arXiv 2205.14135): scores = Q·Kᵀ and output += P·V are products of the
/// same register tiles as <see cref="TileProduct"/>, and a block of keys is packed once for all heads that share it. Few tokens do not
/// repay that; they go query by query.
/// </remarks>
[HasGpuBody(typeof(AttentionTileGpu))]
internal static unsafe class AttentionTile
{
    private const int TokenBlock = 48;
    private const int KeyBlock = 64;
    private const int FewestTokensToBlock = 8;
    private const int Alignment = 64;

    [IntrinsicImplementation]
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, HeadLayout layout, int past, int group, int groups)
        where T : unmanaged, IWeightElement
    {
        float* o = RowMath.Pointer(output), q = RowMath.Pointer(query);
        T* k = (T*)keys.LoadEffectiveAddressAsPtr(), v = (T*)values.LoadEffectiveAddressAsPtr();
        switch (VectorBody.Bits)
        {
            case 512: Attend<T, Vector512<float>, Body512>(o, q, k, v, layout, past, group, groups); break;
            case 256: Attend<T, Vector256<float>, Body256>(o, q, k, v, layout, past, group, groups); break;
            case 128: Attend<T, Vector128<float>, Body128>(o, q, k, v, layout, past, group, groups); break;
            default: Attend<T, float, BodyScalar>(o, q, k, v, layout, past, group, groups); break;
        }
    }

    /// <summary>The CPU body for one vector width.</summary>
    internal static void Attend<T, TVector, TBody>(float* output, float* query, T* keys, T* values, HeadLayout layout, int past, int group, int groups)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int d = layout.HeadDim;
        float scale = 1 / MathF.Sqrt(d);
        if (layout.Tokens < FewestTokensToBlock)
        {
            FewTokens<T, TVector, TBody>(output, query, keys, values, layout, past, scale, group, groups);
            return;
        }

        using var scratch = new Scratch(d, layout.Heads / layout.KvHeads, 2 * TBody.Lanes);
        int blocks = TileProduct.DivideUp(layout.Tokens, TokenBlock);
        for (int item = group; item < blocks * layout.KvHeads; item += groups)
        {
            int kvHead = item % layout.KvHeads, first = item / layout.KvHeads * TokenBlock;
            long start = layout.CacheRow(kvHead, 0);
            int tokens = Math.Min(TokenBlock, layout.Tokens - first);
            Block<T, TVector, TBody>(output, query, keys + start, values + start, layout, kvHead, first, tokens, past + first, scale, scratch);
        }
    }

    /// <summary>Query by query; those of a token that share a key head go together, unless that leaves groups without work.</summary>
    private static void FewTokens<T, TVector, TBody>(float* output, float* query, T* keys, T* values, HeadLayout layout, int past, float scale, int group, int groups)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int d = layout.HeadDim, shared = layout.Heads / layout.KvHeads, parts = TileProduct.DivideUp(shared, GroupedAttentionRow.Most);
        int together = layout.Tokens * layout.KvHeads * parts < groups ? 1 : TileProduct.DivideUp(shared, parts);
        parts = TileProduct.DivideUp(shared, together);
        for (int item = group; item < layout.Tokens * layout.KvHeads * parts; item += groups)
        {
            int t = item / (layout.KvHeads * parts), kvHead = item / parts % layout.KvHeads, first = item % parts * together, queries = Math.Min(together, shared - first);
            long cached = layout.CacheRow(kvHead, 0), row = layout.Row(t, layout.Heads, (kvHead * shared) + first);
            if (queries == 1)
                AttentionRow.Attend<T, TVector, TBody>(output + row, query + row, keys + cached, values + cached, past + t + 1, d, scale);
            else
                GroupedAttentionRow.Attend<T, TVector, TBody>(output + row, query + row, keys + cached, values + cached, queries, past + t + 1, d, scale);
        }
    }

    /// <summary>Tokens first … first + tokens − 1, the first of which sees <paramref name="past"/> keys besides its own, in all heads of a key head.</summary>
    private static void Block<T, TVector, TBody>(
        float* output, float* query, T* keys, T* values, HeadLayout layout, int kvHead, int first, int tokens, int past, float scale, in Scratch scratch)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int d = layout.HeadDim, heads = layout.Heads / layout.KvHeads, width = 2 * TBody.Lanes, panels = TileProduct.DivideUp(d, width), padded = panels * width;
        int rows = heads * TokenBlock, visible = past + tokens;
        new Span<float>(scratch.Output, rows * padded).Clear();
        new Span<float>(scratch.Sums, rows).Clear();
        new Span<float>(scratch.Maxima, rows).Fill(float.NegativeInfinity);
        for (int start = 0; start < visible; start += KeyBlock)
        {
            int count = Math.Min(KeyBlock, visible - start);
            PackKeys<T, TVector, TBody>(keys + ((long)start * d), d, count, scratch);
            PackValues<T, TVector, TBody>(values + ((long)start * d), d, count, panels, scratch.Values);
            for (int h = 0; h < heads; h++)
            {
                float* q = query + layout.Row(first, layout.Heads, (kvHead * heads) + h);
                float* sums = scratch.Sums + (h * TokenBlock), maxima = scratch.Maxima + (h * TokenBlock), o = scratch.Output + ((long)h * TokenBlock * padded);
                for (int p = 0; p < count; p += width)
                    TileProduct.Multiply<TVector, TBody>(q, layout.Heads * d, scratch.Keys + (p * d), scratch.Scores + p, KeyBlock, d, tokens, add: false);
                for (int t = 0; t < tokens; t++)
                {
                    // Token t sees the keys up to its own.
                    int seen = Math.Clamp(past + t + 1 - start, 0, count);
                    Softmax<TVector, TBody>(scratch.Scores + (t * KeyBlock), seen, scale, ref maxima[t], ref sums[t], o + ((long)t * padded), padded);
                }

                for (int p = 0; p < panels; p++)
                    TileProduct.Multiply<TVector, TBody>(scratch.Scores, KeyBlock, scratch.Values + (p * KeyBlock * width), o + (p * width), padded, count, tokens, add: true);
            }
        }

        for (int h = 0; h < heads; h++)
        {
            for (int t = 0; t < tokens; t++)
            {
                int row = (h * TokenBlock) + t;
                float* target = output + layout.Row(first + t, layout.Heads, (kvHead * heads) + h);
                float inverse = 1 / scratch.Sums[row];
                for (int i = 0; i < d; i++)
                    target[i] = scratch.Output[((long)row * padded) + i] * inverse;
            }
        }
    }

    /// <summary>Lays keys out as panel[element][key], a panel of vector pairs after the other.</summary>
    private static void PackKeys<T, TVector, TBody>(T* keys, int d, int count, in Scratch scratch)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int p = 0; p < count; p += width)
            PanelPacking.Pack<StoredRows<T>, TVector, TBody>(new(keys, d), p, 0, Math.Min(width, count - p), d, scratch.Keys + (p * d), scratch.Rows);
    }

    /// <summary>Lays values out as panel[key][element], missing elements as zeros.</summary>
    private static void PackValues<T, TVector, TBody>(T* values, int d, int count, int panels, float* target)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int p = 0; p < panels; p++)
        {
            int columns = Math.Min(width, d - (p * width));
            for (int j = 0; j < count; j++)
            {
                float* row = target + (((p * KeyBlock) + j) * width);
                RowMath.Decode(row, values + ((long)j * d) + (p * width), columns);
                new Span<float>(row + columns, width - columns).Clear();
            }
        }
    }

    /// <summary>
    /// Turns a row of scores into weights relative to the largest score so far, and brings what was summed before to the same footing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax<TVector, TBody>(float* scores, int seen, float scale, ref float max, ref float sum, float* output, int padded)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int lanes = TBody.Lanes;
        for (int j = seen; j < KeyBlock; j++)
            scores[j] = float.NegativeInfinity;
        if (seen == 0)
        {
            new Span<float>(scores, KeyBlock).Clear();
            return;
        }

        TVector factor = TBody.Broadcast(scale), largest = TBody.Multiply(TBody.Load(scores), factor);
        TBody.Store(largest, scores);
        for (int j = lanes; j < KeyBlock; j += lanes)
        {
            TVector scaled = TBody.Multiply(TBody.Load(scores + j), factor);
            TBody.Store(scaled, scores + j);
            largest = TBody.Max(largest, scaled);
        }

        float newMax = MathF.Max(max, TBody.MaxAcross(largest));
        TVector minusMax = TBody.Broadcast(-newMax), total = default;
        for (int j = 0; j < KeyBlock; j += lanes)
        {
            TVector weight = Exponential.Of<TVector, TBody>(TBody.Add(TBody.Load(scores + j), minusMax));
            TBody.Store(weight, scores + j);
            total = TBody.Add(total, weight);
        }

        float correction = MathF.Exp(max - newMax);
        sum = (sum * correction) + TBody.Sum(total);
        if (newMax > max)
        {
            TVector shrink = TBody.Broadcast(correction);
            for (int i = 0; i < padded; i += lanes)
                TBody.Store(TBody.Multiply(TBody.Load(output + i), shrink), output + i);
        }

        max = newMax;
    }

    /// <summary>What one block of tokens works on; lives as long as one launch.</summary>
    private readonly ref struct Scratch : IDisposable
    {
        private readonly float* memory;

        public Scratch(int d, int heads, int width)
        {
            int padded = TileProduct.DivideUp(d, width) * width, rows = heads * TokenBlock;
            int keys = KeyBlock * d, values = KeyBlock * padded, scores = TokenBlock * KeyBlock, output = rows * padded;
            memory = (float*)NativeMemory.AlignedAlloc((nuint)(keys + values + scores + output + (2 * rows) + (PanelPacking.RowsTogether * d)) * sizeof(float), Alignment);
            Keys = memory;
            Values = Keys + keys;
            Scores = Values + values;
            Output = Scores + scores;
            Maxima = Output + output;
            Sums = Maxima + rows;
            Rows = Sums + rows;
        }

        public float* Keys { get; }

        public float* Values { get; }

        public float* Scores { get; }

        public float* Output { get; }

        public float* Maxima { get; }

        public float* Sums { get; }

        public float* Rows { get; }

        public void Dispose() => NativeMemory.AlignedFree(memory);
    }
}
