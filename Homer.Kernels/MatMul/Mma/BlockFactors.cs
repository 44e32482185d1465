// Tour: docs/kernels.md#blocktensorproduct
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Mma;

/// <summary>
/// The parts of 16 rows of x in a block, x = Large + Middle + Small, each in two steps of 16 of the depth. Middle and Small are zeros
/// where x is taken in one part.
/// </summary>
internal struct BlockFactors
{
    public Registers Large0, Large1, Middle0, Middle1, Small0, Small1;

    /// <summary>Loads a thread's share of 16 rows of x and splits it into parts.</summary>
    public static BlockFactors Load(uint stage, int thread, int tile, int parts)
    {
        BFloat16Mma element = default;
        Pairs first = LoadPairs(stage, thread, tile, 0), second = LoadPairs(stage, thread, tile, 1);
        BlockFactors factors = default;
        factors.Large0 = FragmentMath.Round(element, first);
        factors.Large1 = FragmentMath.Round(element, second);
        if (parts > 1)
        {
            first = FragmentMath.Remainder(element, first, factors.Large0);
            second = FragmentMath.Remainder(element, second, factors.Large1);
            factors.Middle0 = FragmentMath.Round(element, first);
            factors.Middle1 = FragmentMath.Round(element, second);
            factors.Small0 = FragmentMath.Round(element, FragmentMath.Remainder(element, first, factors.Middle0));
            factors.Small1 = FragmentMath.Round(element, FragmentMath.Remainder(element, second, factors.Middle1));
        }

        return factors;
    }

    private static Pairs LoadPairs(uint stage, int thread, int tile, int step)
    {
        Float32x4 row = TensorInstructions.LoadFour(stage + (uint)BlockTiling.XFour(thread, tile, step, 0));
        Float32x4 below = TensorInstructions.LoadFour(stage + (uint)BlockTiling.XFour(thread, tile, step, 8));
        return new()
        {
            P0 = new() { Low = row.X, High = row.Y },
            P1 = new() { Low = below.X, High = below.Y },
            P2 = new() { Low = row.Z, High = row.W },
            P3 = new() { Low = below.Z, High = below.W },
        };
    }
}
