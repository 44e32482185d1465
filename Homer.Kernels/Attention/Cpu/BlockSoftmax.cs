using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#attention-on-the-cpu
/// <summary>Online softmax of one query over a block of keys, on the CPU (Milakov and Gimelshein 2018, arXiv 1805.02867).</summary>
internal static unsafe class BlockSoftmax
{
    /// <summary>Turns a block's scores into weights relative to the largest score so far, and rescales what was summed before.</summary>
    /// <param name="scores">
    /// Scores [<see cref="AttentionScratch.KeyBlock"/>], −∞ for keys before those that the query sees; weights afterwards, 0 for keys that
    /// it does not see.
    /// </param>
    /// <param name="seen">The keys of the block up to the last one that the query sees; 0 where it sees none.</param>
    /// <param name="scale">The factor on scores, 1 / √head_dim or 1.</param>
    /// <param name="max">The largest score so far.</param>
    /// <param name="sum">The sum of the weights so far.</param>
    /// <param name="output">The weighted sum of values so far [<paramref name="padded"/>].</param>
    /// <param name="padded">Elements of the output, whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step<TVector, TBody>(float* scores, int seen, float scale, ref float max, ref float sum, float* output, int padded)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        const int KeyBlock = AttentionScratch.KeyBlock;
        int lanes = TBody.Lanes;
        for (int j = seen; j < KeyBlock; j++)
            scores[j] = float.NegativeInfinity;
        if (seen == 0)
        {
            new Span<float>(scores, KeyBlock).Clear();
            return;
        }

        // m' = max(m, largest of the block)
        TVector factor = TBody.Broadcast(scale), largest = TBody.Multiply(TBody.Load(scores), factor);
        TBody.Store(largest, scores);
        for (int j = lanes; j < KeyBlock; j += lanes)
        {
            TVector scaled = TBody.Multiply(TBody.Load(scores + j), factor);
            TBody.Store(scaled, scores + j);
            largest = TBody.Max(largest, scaled);
        }

        // w = exp(s − m')
        float newMax = MathF.Max(max, TBody.MaxAcross(largest));
        TVector minusMax = TBody.Broadcast(-newMax), total = default;
        for (int j = 0; j < KeyBlock; j += lanes)
        {
            TVector weight = Exponential.Of<TVector, TBody>(TBody.Add(TBody.Load(scores + j), minusMax));
            TBody.Store(weight, scores + j);
            total = TBody.Add(total, weight);
        }

        // What was summed before is multiplied by exp(m − m').
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
}
