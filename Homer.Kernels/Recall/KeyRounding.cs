using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Recall;

// Tour: docs/kernels.md#keyrounding
/// <summary>
/// Rounds the keys of one head to eight bits: scale = max |kᵢ| / 127 in 16 bits, elementᵢ = kᵢ / scale to the nearest integer.
/// The scale of a key that is not finite is NaN.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class KeyRounding(ComputeDevice device)
{
    private const int Largest = 127;

    // The exponent of a float that is infinite or NaN.
    private const uint Infinity = 0x7f800000;

    // Floats of this size are integers, so that adding it rounds to the nearest, ties to even.
    private const float RoundsToInteger = 3 << 22;

    private readonly Action<KernelConfig, RecallKeys, ArrayView<float>, Place> kernel =
        device.Load<RecallKeys, ArrayView<float>, Place>(Kernel);

    /// <summary>Rounds the keys of some tokens in one head.</summary>
    /// <param name="rounded">Output: the keys of the tokens in all heads that are kept.</param>
    /// <param name="slot">The index of the head among those that are kept.</param>
    /// <param name="heads">The number of heads that are kept.</param>
    /// <param name="keys">The keys before RoPE [tokens, kv_heads, head_dim].</param>
    /// <param name="kvHead">The key head.</param>
    /// <param name="kvHeads">The number of key heads.</param>
    /// <param name="headDim">The number of elements of a head.</param>
    public void Launch(RecallKeys rounded, int slot, int heads, ArrayView<float> keys, int kvHead, int kvHeads, int headDim)
    {
        int tokens = (int)(keys.Length / (kvHeads * headDim));
        var place = new Place
        {
            Tokens = tokens,
            Slot = slot,
            Slots = heads,
            KvHead = kvHead,
            KvHeads = kvHeads,
            HeadDim = headDim,
        };
        if (tokens > 0)
            kernel(device.Grid(tokens), rounded, keys, place);
    }

    internal static void Kernel(RecallKeys rounded, ArrayView<float> keys, Place place)
    {
        int d = place.HeadDim;
        WorkRange share = WorkPartition.Of(place.Tokens);
        for (int token = share.First; token < share.End; token += share.Step)
        {
            long row = ((long)token * place.Slots) + place.Slot;
            ArrayView<float> key = keys.SubView((((long)token * place.KvHeads) + place.KvHead) * d, d);
            // Maxima hide NaN, and compilers for OpenCL may take all numbers for finite, so that only bits tell.
            float own = 0, notFinite = 0;
            for (int i = Group.IdxX; i < d; i += Group.DimX)
            {
                own = IntrinsicMath.Max(own, IntrinsicMath.Abs(key[i]));
                notFinite += (Interop.FloatAsInt(key[i]) & Infinity) == Infinity ? 1 : 0;
            }

            float largest = Primitives.Max(own);
            bool isFinite = Primitives.Sum(notFinite) == 0;
            Float16 stored = default(Float16).FromSingle(largest / Largest);
            float scale = stored.ToSingle(), inverse = scale > 0 ? 1 / scale : 0;
            for (int i = Group.IdxX; i < d; i += Group.DimX)
            {
                // A scale that is rounded down, or subnormal, may leave more than the largest integer.
                float element = (key[i] * inverse) + RoundsToInteger - RoundsToInteger;
                rounded.Elements[(row * d) + i] = (sbyte)(int)IntrinsicMath.Clamp(element, -Largest, Largest);
            }

            if (Group.IdxX == 0)
                rounded.Scales[row] = isFinite ? stored : new Float16(Float16.NaN);
        }
    }

    /// <summary>The head whose keys are rounded, and where they go.</summary>
    internal struct Place
    {
        public int Tokens;
        public int Slot;
        public int Slots;
        public int KvHead;
        public int KvHeads;
        public int HeadDim;
    }
}
