using System.Runtime.Intrinsics;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Eviction.Gpu;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction;

/// <summary>One query in two versions over keys of two kinds, in one softmax; see <see cref="BilevelAttention"/>.</summary>
[HasGpuBody(typeof(BilevelRowGpu))]
internal static unsafe class BilevelRow
{
    /// <summary>Keys 0 … far − 1 are met by the far query, keys far … count − 1, which begin <paramref name="nearKeys"/>, by the near one.</summary>
    [IntrinsicImplementation]
    public static void Attend<T>(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, ArrayView<T> nearKeys, ArrayView<T> farKeys,
        ArrayView<T> values, int farCount, int count, int d)
        where T : unmanaged, IWeightElement
    {
        switch (VectorBody.Bits)
        {
            case 512: Attend<T, Vector512<float>, Body512>(output, near, far, nearKeys, farKeys, values, farCount, count, d); break;
            case 256: Attend<T, Vector256<float>, Body256>(output, near, far, nearKeys, farKeys, values, farCount, count, d); break;
            case 128: Attend<T, Vector128<float>, Body128>(output, near, far, nearKeys, farKeys, values, farCount, count, d); break;
            default: Attend<T, float, BodyScalar>(output, near, far, nearKeys, farKeys, values, farCount, count, d); break;
        }
    }

    private static void Attend<T, TVector, TBody>(
        ArrayView<float> output, ArrayView<float> near, ArrayView<float> far, ArrayView<T> nearKeys, ArrayView<T> farKeys,
        ArrayView<T> values, int farCount, int count, int d)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        float* scores = ThreadScratch.Take(count);
        float scale = 1 / MathF.Sqrt(d);
        if (farCount > 0)
            AttentionRow.Scores<T, TVector, TBody>(RowMath.Pointer(far), (T*)farKeys.LoadEffectiveAddressAsPtr(), scores, farCount, d, scale);
        AttentionRow.Scores<T, TVector, TBody>(RowMath.Pointer(near), (T*)nearKeys.LoadEffectiveAddressAsPtr(), scores + farCount, count - farCount, d, scale);
        float sum = AttentionRow.Exponentials<TVector, TBody>(scores, count);
        AttentionRow.WeightedSum<T, TVector, TBody>(scores, (T*)values.LoadEffectiveAddressAsPtr(), RowMath.Pointer(output), count, d, 1 / sum);
    }
}
