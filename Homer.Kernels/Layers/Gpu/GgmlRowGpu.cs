// Tour: docs/kernels.md#blocks-of-gguf-files
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.Layers.Gpu;

/// <summary>The body of <see cref="GgmlRow"/> for a group of GPU threads, each of which widens every 128th element.</summary>
internal static class GgmlRowGpu
{
    public static void Decode<TFormat>(ArrayView<float> target, GgmlWeights<TFormat> table, int row, int first, int count)
        where TFormat : unmanaged, IGgmlFormat
    {
        for (int i = Group.IdxX; i < count; i += Group.DimX)
            target[i] = table.At(row, first + i);
    }
}
