// Tour: docs/kernels.md#tileproduct
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul.Gpu;

/// <summary>
/// The body of <see cref="BlockProduct"/> for a group of 128 GPU threads: <see cref="TileProductGpu"/> with weights that are widened on
/// their way into shared memory.
/// </summary>
internal static class BlockProductGpu
{
    public static void Run(ArrayView<float> x, Int8Weights w, ArrayView<float> y, ProductShape shape, int group, int groups) =>
        TileProductGpu.Tiles(x, new BlockElements(w), y, shape, group, groups);

    private readonly struct BlockElements(Int8Weights weights) : TileProductGpu.IElements
    {
        public float At(int row, int column)
        {
            long block = ((long)row * Int8Weights.Blocks(weights.Columns)) + (column / Int8Weights.Block);
            return weights.Elements[(block * Int8Weights.Block) + (column % Int8Weights.Block)] * weights.Scales[block].ToSingle();
        }
    }
}
