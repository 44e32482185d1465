using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Merging.Gpu;

// Tour: docs/kernels.md#significance
/// <summary>The body of <see cref="SignificanceRows"/> on a GPU: one group per token, 32 heads at a time.</summary>
/// <remarks>
/// <code>
/// 1. thread    0 … 15: head 0    16 … 31: head 1    …    112 … 127: head 7        then heads 8 … 15, 16 … 23, 24 … 31
///              elements part, part + 16, … of the head, four loads of query and key each in flight
/// 2. parts     [32 heads, 16 parts] in shared memory; thread h adds up head h
/// 3. at the end, the largest over all heads
/// </code>
/// Barriers are per 32 heads and not per head.
/// </remarks>
internal static class SignificanceRowsGpu
{
    private const int HeadsAtOnce = 32;
    private const int PartsOfHead = 16;
    private const int HeadsBeside = GpuGroup.Size / PartsOfHead;

    // One more than the parts, so that the threads that add up a head each read from different banks.
    private const int Stride = PartsOfHead + 1;

    public static void Run<T>(
        ArrayView<float> significance, ArrayView<float> query, ArrayView<T> keys, ArrayView<int> positions, LayerCalibration calibration,
        HeadLayout layout, int accumulate)
        where T : unmanaged, ICacheElement<T>
    {
        ArrayView<float> parts = SharedMemory.Allocate<float>(HeadsAtOnce * Stride);
        int part = Group.IdxX % PartsOfHead, beside = Group.IdxX / PartsOfHead;
        float toLogit = 1 / XMath.Sqrt((float)layout.HeadDim);
        for (int i = Grid.IdxX; i < layout.Tokens; i += Grid.DimX)
        {
            float largest = float.NegativeInfinity;
            int first = 0;
            do
            {
                for (int head = beside; head < HeadsAtOnce; head += HeadsBeside)
                    parts[(head * Stride) + part] = first + head < layout.Heads ? Part(query, keys, layout, first + head, i, part) : 0;
                Group.Barrier();
                if (Group.IdxX < HeadsAtOnce && first + Group.IdxX < layout.Heads)
                    largest = XMath.Max(largest, Sum(parts, Group.IdxX * Stride) * toLogit);
                Group.Barrier();
                first += HeadsAtOnce;
            }
            while (first < layout.Heads);
            largest = Primitives.Max(largest);
            int distance = SignificanceScore.Distance(positions[layout.Tokens - 1], positions[i], calibration.MeanLogits.IntLength);
            if (Group.IdxX == 0)
            {
                float bias = calibration.MeanLogits[distance];
                significance[i] = SignificanceScore.Of(largest, bias, calibration.Scale, significance[i], accumulate);
            }
        }
    }

    private static float Part<T>(ArrayView<float> query, ArrayView<T> keys, HeadLayout layout, int head, int token, int part)
        where T : unmanaged, ICacheElement<T>
    {
        int d = layout.HeadDim;
        ArrayView<float> q = query.SubView((long)head * d, d);
        ArrayView<T> k = keys.SubView(layout.CacheRow(layout.KvHeadOf(head), token), d);
        float sum = 0;
        // Four loads of query and key each in flight: heads of 128 take two steps.
        for (int i = part; i < d; i += 4 * PartsOfHead)
        {
            sum += Product(q, k, i, d) + Product(q, k, i + PartsOfHead, d)
                + Product(q, k, i + (2 * PartsOfHead), d) + Product(q, k, i + (3 * PartsOfHead), d);
        }

        return sum;
    }

    private static float Product<T>(ArrayView<float> a, ArrayView<T> b, int i, int n)
        where T : unmanaged, ICacheElement<T>
    {
        float product = 0;
        if (i < n)
            product = a[i] * b[i].ToSingle();
        return product;
    }

    private static float Sum(ArrayView<float> parts, int first)
    {
        float sum = 0;
        for (int i = 0; i < PartsOfHead; i++)
            sum += parts[first + i];
        return sum;
    }
}
