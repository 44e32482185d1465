using System.Runtime.Intrinsics;
using Homer.Kernels.Attention;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Eviction.Cpu;

// Tour: docs/kernels.md#bilevelattention
/// <summary>The CPU body of <see cref="BilevelRow"/>: the steps of <see cref="AttentionRow"/>, with scores of both kinds of keys.</summary>
internal static unsafe class BilevelRowCpu
{
    public static void Attend<T>(ArrayView<float> output, BilevelKeys<T> keys, int d)
        where T : unmanaged, IWeightElement
    {
        switch (VectorWidth.Bits)
        {
            case 512: Attend<T, Vector512<float>, Body512>(output, keys, d); break;
            case 256: Attend<T, Vector256<float>, Body256>(output, keys, d); break;
            case 128: Attend<T, Vector128<float>, Body128>(output, keys, d); break;
            default: Attend<T, float, BodyScalar>(output, keys, d); break;
        }
    }

    private static void Attend<T, TVector, TBody>(ArrayView<float> output, BilevelKeys<T> keys, int d)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int count = keys.Count, far = keys.FarCount;
        float* scores = ThreadScratch.Take(count);
        float scale = 1 / MathF.Sqrt(d);
        T* farKeys = (T*)keys.FarKeys.LoadEffectiveAddressAsPtr(), nearKeys = (T*)keys.NearKeys.LoadEffectiveAddressAsPtr();
        if (far > 0)
            AttentionRow.Scores<T, TVector, TBody>(RowMath.Pointer(keys.FarQuery), farKeys, scores, far, d, scale);
        AttentionRow.Scores<T, TVector, TBody>(RowMath.Pointer(keys.NearQuery), nearKeys, scores + far, count - far, d, scale);
        float sum = AttentionRow.Exponentials<TVector, TBody>(scores, count);
        T* values = (T*)keys.Values.LoadEffectiveAddressAsPtr();
        AttentionRow.WeightedSum<T, TVector, TBody>(scores, values, RowMath.Pointer(output), count, d, 1 / sum);
    }
}
