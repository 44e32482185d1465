// Tour: docs/kernels.md#quantization
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Weights.Gpu;

/// <summary>The body of <see cref="BlockRounding"/> for a group of GPU threads: each thread rounds one block at a time.</summary>
internal static class BlockRoundingGpu
{
    // Floats of this size are integers, so that adding it rounds to the nearest, ties to even.
    private const float RoundsToInteger = 3 << 22;

    public static void Row<T>(ArrayView<T> stored, Int8Weights rounded, int row)
        where T : unmanaged, IWeightElement
    {
        int columns = rounded.Columns, blocks = Int8Weights.Blocks(columns);
        for (int b = Group.IdxX; b < blocks; b += Group.DimX)
        {
            long block = ((long)row * blocks) + b, target = block * Int8Weights.Block;
            long source = ((long)row * columns) + (b * Int8Weights.Block);
            int count = IntrinsicMath.Min(Int8Weights.Block, columns - (b * Int8Weights.Block));
            float largest = 0;
            for (int i = 0; i < count; i++)
                largest = IntrinsicMath.Max(largest, IntrinsicMath.Abs(stored[source + i].ToSingle()));
            BFloat16 scale = BFloat16.NotBelow(largest / Int8Weights.Largest);
            rounded.Scales[block] = scale;
            float inverse = largest > 0 ? 1 / scale.ToSingle() : 0;
            for (int i = 0; i < Int8Weights.Block; i++)
            {
                rounded.Elements[target + i] =
                    i < count ? (sbyte)(int)((stored[source + i].ToSingle() * inverse) + RoundsToInteger - RoundsToInteger) : (sbyte)0;
            }
        }
    }
}
