// Tour: docs/kernels.md#warpgroupproduct
namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// The index arithmetic of a tile of yᵀ = w·xᵀ for few rows of x: which thread copies, multiplies and writes which element, the same on
/// any device. Rows in a stage are those of <see cref="WarpgroupTiling"/>.
/// </summary>
/// <remarks>
/// <code>
/// a group's tile: 64 columns of y × 64 rows, one warpgroup     a stage in shared memory: 64 of the depth
///
///        64 rows of x                                          w  64 rows × 8 chunks of eight 16-bit elements   8 KiB
///      ┌──────────────┐                                        x  64 rows × 8 chunks                            8 KiB
///   64 │              │  rows of w, warp i: 16·i …
///      └──────────────┘
/// </code>
/// </remarks>
internal static class NarrowTiling
{
    public const int Threads = 128;

    /// <summary>Rows of x, and rows of w, of a tile.</summary>
    public const int Size = 64;

    /// <summary>The offset of x in a stage; w begins at 0.</summary>
    public const int XStart = Size * WarpgroupTiling.RowBytes;

    /// <summary>Rows between the copies of a thread.</summary>
    public const int RowsApart = Threads * WarpgroupTiling.Chunk / WarpgroupTiling.RowBytes;

    /// <summary>Bytes between the copies of a thread in a stage.</summary>
    public const int CopiesApart = RowsApart * WarpgroupTiling.RowBytes;
}
