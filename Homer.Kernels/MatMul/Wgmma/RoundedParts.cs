// Tour: docs/kernels.md#activations-in-parts
using Homer.Kernels.Elements;
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// Rounds x [count], 32-bit, to 16-bit parts [parts, count] whose sum it is, or nearly: the first is x rounded, the second what that left
/// over, and so on. See <see cref="ActivationParts"/>.
/// </summary>
internal static class RoundedParts
{
    /// <summary>Elements that a thread rounds: 32 bytes of x, 16 bytes of each part.</summary>
    public const int ElementsOfThread = 8;

    /// <summary>Rounds the elements of one thread.</summary>
    /// <param name="x">The address of x, a multiple of 16.</param>
    /// <param name="rounded">The address of the parts, a multiple of 16.</param>
    /// <param name="count">Elements of x, a multiple of 8.</param>
    /// <param name="parts">The number of parts.</param>
    /// <param name="thread">The thread, counted over all groups.</param>
    public static void Run<T>(long x, long rounded, long count, int parts, int thread)
        where T : unmanaged, ITensorElement
    {
        long at = (long)thread * ElementsOfThread;
        if (at >= count)
            return;
        T element = default;
        Float32x4 low = TensorInstructions.LoadGlobal(x + (at * sizeof(float)));
        Float32x4 high = TensorInstructions.LoadGlobal(x + ((at + 4) * sizeof(float)));
        var left = new Pairs
        {
            P0 = new() { Low = low.X, High = low.Y },
            P1 = new() { Low = low.Z, High = low.W },
            P2 = new() { Low = high.X, High = high.Y },
            P3 = new() { Low = high.Z, High = high.W },
        };
        for (int part = 0; part < parts; part++)
        {
            Registers values = FragmentMath.Round(element, left);
            WarpgroupInstructions.StoreGlobal(rounded + (((part * count) + at) * sizeof(ushort)), values);
            left = FragmentMath.Remainder(element, left, values);
        }
    }
}
