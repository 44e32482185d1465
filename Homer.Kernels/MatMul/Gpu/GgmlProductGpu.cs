// Tour: docs/kernels.md#blocks-of-gguf-files
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// The body of <see cref="GgmlProduct"/> for a group of 128 GPU threads: <see cref="TileProductGpu"/> with weights that are widened on
/// their way into shared memory.
/// </summary>
internal static class GgmlProductGpu
{
    public static void Run<TFormat>(
        ArrayView<float> x, GgmlWeights<TFormat> w, ArrayView<float> y, ProductShape shape, int group, int groups)
        where TFormat : unmanaged, IGgmlFormat => TileProductGpu.Tiles(x, new GgmlElements<TFormat>(w), y, shape, group, groups);

    private readonly struct GgmlElements<TFormat>(GgmlWeights<TFormat> weights) : TileProductGpu.IElements
        where TFormat : unmanaged, IGgmlFormat
    {
        public float At(int row, int column) => weights.At(row, column);
    }
}
