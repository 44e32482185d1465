using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Merging.Cpu;

// Tour: docs/kernels.md#significance
/// <summary>The CPU body of <see cref="SignificanceRows"/>: head after head over the tokens of a thread.</summary>
internal static unsafe class SignificanceRowsCpu
{
    public static void Run<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, LayerCalibration calibration,
        HeadLayout layout, int accumulate)
        where T : unmanaged, ICacheElement<T>
    {
        WorkRange share = WorkPartition.Of(layout.Tokens);
        int count = share.End - share.First, d = layout.HeadDim;
        float toLogit = 1 / MathF.Sqrt(d);
        float* target = RowMath.Pointer(significance) + share.First, q = RowMath.Pointer(query);
        float* bias = RowMath.Pointer(calibration.MeanLogits);
        float* logits = ThreadScratch.Take(2 * count), largest = logits + count;
        int* position = (int*)positions.LoadEffectiveAddressAsPtr();
        T* k = (T*)keys.LoadEffectiveAddressAsPtr();
        new Span<float>(largest, count).Fill(float.NegativeInfinity);
        for (int h = 0; h < layout.Heads; h++)
        {
            AttentionRow.Scores(q + ((long)h * d), k + layout.CacheRow(layout.KvHeadOf(h), share.First), logits, count, d, toLogit);
            for (int i = 0; i < count; i++)
                largest[i] = MathF.Max(largest[i], logits[i]);
        }

        int last = position[layout.Tokens - 1], distances = calibration.MeanLogits.IntLength;
        for (int i = 0; i < count; i++)
        {
            int distance = SignificanceScore.Distance(last, position[share.First + i], distances);
            target[i] = SignificanceScore.Of(largest[i], bias[distance], calibration.Scale, target[i], accumulate);
        }
    }
}
