// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// The copies of a thread of one operand of wgmma into each stage: the same chunk of four rows, at equal distances. Everything that can
/// be known before the first step is computed there, since the tensor cores are faster than that many addresses are computed.
/// </summary>
internal struct OperandCopies
{
    private const int Copies = 4;

    private long from;
    private long apart;
    private int existing;

    /// <summary>Returns the copies of a thread.</summary>
    /// <param name="operand">The address of the operand [rows, depth], 16-bit.</param>
    /// <param name="row">The thread's first row.</param>
    /// <param name="rows">The number of rows of the operand.</param>
    /// <param name="rowsApart">Rows from one copy to the next.</param>
    /// <param name="start">The thread's first element of a row.</param>
    /// <param name="depth">Elements of a row.</param>
    public static OperandCopies Of(long operand, int row, int rows, int rowsApart, int start, int depth)
    {
        OperandCopies copies = default;
        copies.from = operand + ((((long)row * depth) + start) * sizeof(ushort));
        copies.apart = (long)rowsApart * depth * sizeof(ushort);
        for (int copy = 0; copy < Copies; copy++)
            copies.existing |= (FragmentMath.IsLess(row + (copy * rowsApart), rows) & WarpgroupTiling.Chunk) << copy;
        return copies;
    }

    /// <summary>Begins the copies of a step.</summary>
    /// <param name="target">The address in shared memory to which the first chunk goes.</param>
    /// <param name="targetsApart">Bytes from the target of one copy to that of the next.</param>
    /// <param name="inside">−1; or 0 where the depth has ended, so that zeros arrive.</param>
    public readonly void Begin(uint target, int targetsApart, int inside)
    {
        int rows = existing & inside;
        Begin(target, targetsApart, rows, 0);
        Begin(target, targetsApart, rows, 1);
        Begin(target, targetsApart, rows, 2);
        Begin(target, targetsApart, rows, 3);
    }

    /// <summary>Returns the copies <paramref name="bytes"/> further on.</summary>
    public readonly OperandCopies Next(long bytes)
    {
        OperandCopies next = this;
        next.from += bytes;
        return next;
    }

    // A row that does not exist is not read: zeros arrive. The bit of a row, shifted, is the 16 bytes to copy, or 0.
    private readonly void Begin(uint target, int targetsApart, int rows, int copy) =>
        TensorInstructions.CopyAsync(target + (uint)(copy * targetsApart), from + (copy * apart), (rows >> copy) & WarpgroupTiling.Chunk);
}
