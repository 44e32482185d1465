// Tour: docs/kernels.md#quantization
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// The body of <see cref="BlockRounding"/> on the CPU. Per block of 32: the largest magnitude, the scale from it, and 32 integers, eight or
/// sixteen at a time.
/// </summary>
internal static unsafe class BlockRoundingCpu
{
    /// <summary>Rounds one row of a matrix.</summary>
    public static void Row<T>(ArrayView<T> stored, Int8Weights rounded, int row)
        where T : unmanaged, IWeightElement
    {
        int columns = rounded.Columns, blocks = Int8Weights.Blocks(columns);
        T* source = (T*)stored.LoadEffectiveAddressAsPtr() + ((long)row * columns);
        sbyte* elements = (sbyte*)rounded.Elements.LoadEffectiveAddressAsPtr() + ((long)row * blocks * Int8Weights.Block);
        BFloat16* scales = (BFloat16*)rounded.Scales.LoadEffectiveAddressAsPtr() + ((long)row * blocks);
        float* wide = stackalloc float[Int8Weights.Block];
        for (int b = 0; b < blocks; b++, source += Int8Weights.Block, elements += Int8Weights.Block)
        {
            int count = Math.Min(Int8Weights.Block, columns - (b * Int8Weights.Block));
            RowMathCpu.Decode(wide, source, count);
            new Span<float>(wide + count, Int8Weights.Block - count).Clear();
            scales[b] = BFloat16.NotBelow(LargestMagnitude(wide) / Int8Weights.Largest);
            Round(wide, scales[b].ToSingle(), elements);
        }
    }

    /// <summary>Rounds a row of activations, whose scales keep 32 bits.</summary>
    /// <param name="x">The row [columns].</param>
    /// <param name="columns">The length of the row.</param>
    /// <param name="elements">Output, padded to whole blocks.</param>
    /// <param name="scales">Output [blocks].</param>
    public static void Row(float* x, int columns, sbyte* elements, float* scales)
    {
        float* last = stackalloc float[Int8Weights.Block];
        for (int first = 0; first < columns; first += Int8Weights.Block, elements += Int8Weights.Block, scales++)
        {
            float* block = x + first;
            int count = columns - first;
            if (count < Int8Weights.Block)
            {
                new ReadOnlySpan<float>(block, count).CopyTo(new(last, count));
                new Span<float>(last + count, Int8Weights.Block - count).Clear();
                block = last;
            }

            *scales = LargestMagnitude(block) / Int8Weights.Largest;
            Round(block, *scales, elements);
        }
    }

    private static float LargestMagnitude(float* block)
    {
        Vector256<float> largest = Vector256<float>.Zero;
        for (int i = 0; i < Int8Weights.Block; i += Vector256<float>.Count)
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Load(block + i)));
        return Body256.MaxAcross(largest);
    }

    private static void Round(float* block, float scale, sbyte* elements)
    {
        var inverse = Vector256.Create(scale > 0 ? 1 / scale : 0);
        Vector256.Narrow(Shorts(block, inverse), Shorts(block + Vector256<short>.Count, inverse)).Store(elements);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Shorts(float* block, Vector256<float> inverse) => Vector256.Narrow(
        Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(block) * inverse)),
        Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(block + Vector256<float>.Count) * inverse)));
}
