using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#attention-of-one-query
/// <summary>
/// The state of a thread in online softmax over the keys of one query (Milakov and Gimelshein 2018, arXiv 1805.02867). Keys pass by in
/// tiles of one key per thread of the group.
/// </summary>
/// <remarks>
/// <code>
/// 1. thread t scores key t;                    m' = max(m, largest score of the tile)
/// 2. weight t = exp(score − m')                to shared memory
/// 3. sum   = sum · exp(m − m') + Σ weights
/// 4. thread t owns output elements t and t + group size: o = o · exp(m − m') + Σ weight · value
/// </code>
/// </remarks>
internal struct SoftmaxTileGpu
{
    /// <summary>The largest score so far.</summary>
    public float Max;

    /// <summary>Σ exp(score − Max).</summary>
    public float Sum;

    /// <summary>Σ exp(score − Max) · value for the thread's first output element.</summary>
    public float First;

    /// <summary>Σ exp(score − Max) · value for the thread's second output element.</summary>
    public float Second;

    /// <summary>Returns the state before any key.</summary>
    public static SoftmaxTileGpu Start() => new() { Max = float.NegativeInfinity };

    /// <summary>Returns the state after one more tile.</summary>
    /// <param name="score">The thread's score; −∞ where the tile has no key for it.</param>
    /// <param name="keys">Keys of the tile.</param>
    /// <param name="begins">Whether this is the first tile.</param>
    /// <param name="weights">Shared memory, one number per thread.</param>
    /// <param name="values">Values [keys, d].</param>
    /// <param name="start">The tile's first row in them.</param>
    /// <param name="d">Elements of a value.</param>
    public readonly SoftmaxTileGpu Next<T>(
        float score, int keys, bool begins, ArrayView<float> weights, ArrayView<T> values, int start, int d)
        where T : unmanaged, IWeightElement
    {
        int first = Group.IdxX, second = first + Group.DimX;
        float max = XMath.Max(Max, Primitives.Max(score));
        float weight = first < keys ? XMath.Exp(score - max) : 0;
        float correction = begins ? 0 : XMath.Exp(Max - max);
        weights[first] = weight;
        float sum = (Sum * correction) + Primitives.Sum(weight);
        float s0 = First * correction, s1 = Second * correction;
        Group.Barrier();
        int tile = XMath.Min(Group.DimX, keys);
        for (int t = 0; t < tile; t++)
        {
            long value = (long)(start + t) * d;
            if (first < d)
                s0 += weights[t] * values[value + first].ToSingle();
            if (second < d)
                s1 += weights[t] * values[value + second].ToSingle();
        }

        Group.Barrier();
        return new() { Max = max, Sum = sum, First = s0, Second = s1 };
    }
}
