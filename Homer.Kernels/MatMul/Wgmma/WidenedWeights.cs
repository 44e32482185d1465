// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// Widens eight-bit weights, element · scale, to bfloat16 [rows, columns]. A product of seven and eight significant bits is exact in two
/// parts: the first is the product rounded, the second what that left over.
/// </summary>
/// <remarks>
/// <code>
/// elements   16 bytes a thread, half a block ─► element · scale ─► rounded ─► two stores of 16 bytes
/// </code>
/// </remarks>
internal static class WidenedWeights
{
    /// <summary>The number of parts that are exact together.</summary>
    public const int FullParts = 2;

    /// <summary>Elements that a thread widens: half a block.</summary>
    private const int ElementsOfThread = Int8Weights.Block / 2;

    /// <summary>Returns the number of threads for a matrix.</summary>
    public static long Threads(int rows, int columns) => (long)rows * ChunksOf(columns);

    /// <summary>Widens the elements of one thread.</summary>
    /// <param name="elements">The address of the elements [rows, columns padded to whole blocks], a multiple of 16.</param>
    /// <param name="scales">The scales [rows, blocks].</param>
    /// <param name="widened">The address of the output [rows, columns], a multiple of 16.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix, a multiple of 8.</param>
    /// <param name="part">The number of the part, from 0.</param>
    /// <param name="thread">The thread, counted over all groups.</param>
    public static void Run(long elements, ArrayView<BFloat16> scales, long widened, int rows, int columns, int part, int thread)
    {
        int row = thread / ChunksOf(columns), column = thread % ChunksOf(columns) * ElementsOfThread;
        if (row >= rows || column >= columns)
            return;
        float scale = scales[thread / 2].ToSingle();
        Float32x4 words = TensorInstructions.LoadGlobal(elements + ((long)thread * ElementsOfThread));
        long to = widened + ((((long)row * columns) + column) * sizeof(ushort));
        WarpgroupInstructions.StoreGlobal(to, Widen(words.X, words.Y, scale, part));
        if (column + (ElementsOfThread / 2) < columns)
            WarpgroupInstructions.StoreGlobal(to + WarpgroupTiling.Chunk, Widen(words.Z, words.W, scale, part));
    }

    private static int ChunksOf(int columns) => Int8Weights.Blocks(columns) * 2;

    private static Registers Widen(float first, float second, float scale, int part)
    {
        BFloat16Mma element = default;
        Float32x4 low = Int8Weights.Numbers((int)Interop.FloatAsInt(first)), high = Int8Weights.Numbers((int)Interop.FloatAsInt(second));
        var values = new Pairs
        {
            P0 = new() { Low = scale * low.X, High = scale * low.Y },
            P1 = new() { Low = scale * low.Z, High = scale * low.W },
            P2 = new() { Low = scale * high.X, High = scale * high.Y },
            P3 = new() { Low = scale * high.Z, High = scale * high.W },
        };
        Registers rounded = FragmentMath.Round(element, values);
        return part == 0 ? rounded : FragmentMath.Round(element, FragmentMath.Remainder(element, values, rounded));
    }
}
