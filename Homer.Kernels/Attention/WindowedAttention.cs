using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using ILGPU;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#windows-and-soft-caps
/// <summary>
/// <see cref="CausalAttention"/> where a token sees the last w rows only, its own included, or where scores are bounded: output =
/// softmax(c · tanh(q·kᵀ / (c · √head_dim)))·v over rows past + t − w + 1 … past + t (Jiang et al. 2023, arXiv 2310.06825; Gemma 2, arXiv
/// 2408.00118).
/// </summary>
/// <param name="device">The device to run on.</param>
internal sealed class WindowedAttention(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, SeenRows> float32 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float32>, HeadLayout, SeenRows>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, SeenRows> float16 =
        device.Load<ArrayView<float>, ArrayView<float>, LayerViews<Float16>, HeadLayout, SeenRows>(Kernel);

    /// <summary>Computes the attention of some tokens; the parameters are those of <see cref="CausalAttention.Launch"/>.</summary>
    public void Launch(ArrayView<float> output, ArrayView<float> query, LayerRows rows, AttentionShape shape)
    {
        var layout = new HeadLayout(rows, shape.Tokens, shape.Heads);
        var seen = new SeenRows { Past = shape.Past, Window = shape.Window ?? int.MaxValue, SoftCap = shape.SoftCap };
        KernelConfig grid = device.Grid(shape.Tokens * shape.Heads);
        if (rows.Cache.Type == CacheType.Float32)
            float32(grid, output, query, rows.Views<Float32>(), layout, seen);
        else
            float16(grid, output, query, rows.Views<Float16>(), layout, seen);
    }

    internal static void Kernel<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, SeenRows seen)
        where T : unmanaged, ICacheElement<T> => WindowedTile.Attend(output, query, cached, layout, seen);
}
