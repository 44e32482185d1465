using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// What a thread copies of one operand of wgmma into each stage: the same chunk of four rows, at equal distances. All that can be known
/// before the first step is, since the tensor cores are faster than so many addresses are computed.
/// </summary>
internal struct OperandCopies
{
    private const int Copies = 4;

    private long from;
    private long apart;
    private int existing;

    /// <summary>The copies of a thread.</summary>
    /// <param name="operand">The address of the operand [rows, depth], 16-bit.</param>
    /// <param name="row">The thread's first row.</param>
    /// <param name="rows">How many rows there are.</param>
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
    /// <param name="target">Where the first goes.</param>
    /// <param name="targetsApart">Bytes from there to the next.</param>
    /// <param name="inside">−1; or 0 where the depth has ended, and zeros arrive.</param>
    public readonly void Begin(uint target, int targetsApart, int inside)
    {
        int rows = existing & inside;
        Begin(target, targetsApart, rows, 0);
        Begin(target, targetsApart, rows, 1);
        Begin(target, targetsApart, rows, 2);
        Begin(target, targetsApart, rows, 3);
    }

    /// <summary>The copies so many bytes further.</summary>
    public readonly OperandCopies Next(long bytes)
    {
        OperandCopies next = this;
        next.from += bytes;
        return next;
    }

    /// <summary>A row that is not there is not read: zeros arrive. Of its bit, shifted, 16 bytes are left, or 0.</summary>
    private readonly void Begin(uint target, int targetsApart, int rows, int copy) =>
        TensorInstructions.CopyAsync(target + (uint)(copy * targetsApart), from + (copy * apart), (rows >> copy) & WarpgroupTiling.Chunk);
}
