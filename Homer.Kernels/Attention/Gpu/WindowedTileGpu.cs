using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#windows-and-soft-caps
/// <summary>
/// The body of <see cref="WindowedTile"/> on a GPU: one group per query of one head at a time, whose keys begin at the first row that the
/// token sees. The steps are those of <see cref="AttentionRowGpu"/>, with bounded scores.
/// </summary>
internal static class WindowedTileGpu
{
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, SeenRows seen)
        where T : unmanaged, IWeightElement
    {
        ArrayView<float> weights = SharedMemory.Allocate<float>(GpuGroup.Size);
        int d = layout.HeadDim;
        float scale = 1 / XMath.Sqrt((float)d);
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int token = item / layout.Heads, count = seen.Count(token);
            long first = layout.CacheRow(layout.KvHeadOf(item % layout.Heads), seen.First(token)), own = (long)item * d;
            ArrayView<T> keys = cached.Keys.SubView(first, (long)count * d), values = cached.Values.SubView(first, (long)count * d);
            SoftmaxTileGpu softmax = SoftmaxTileGpu.Start();
            for (int start = 0; start < count; start += Group.DimX)
            {
                // Thread t scores key t of the tile.
                int j = start + Group.IdxX;
                float score = float.NegativeInfinity;
                if (j < count)
                    score = AttentionRowGpu.Dot(query, own, keys, (long)j * d, d) * scale;
                if (j < count && seen.SoftCap != 0)
                    score = SoftBound.Of(score, seen.SoftCap);
                softmax = softmax.Next(score, count - start, start == 0, weights, values, start, d);
            }

            // Thread t writes elements t and t + 128 of the output.
            int element = Group.IdxX, second = element + Group.DimX;
            if (element < d)
                output[own + element] = softmax.First / softmax.Sum;
            if (second < d)
                output[own + second] = softmax.Second / softmax.Sum;
        }
    }
}
