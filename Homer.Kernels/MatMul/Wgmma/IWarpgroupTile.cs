// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// A tile of y that a group computes by wgmma, as one of its threads sees it: its size, the thread's copies, the product and the thread's
/// sums. Members that return constants are stateless: call them on default(T) (ILGPU supports no static abstract members).
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IWarpgroupTile<TSelf>
    where TSelf : struct, IWarpgroupTile<TSelf>
{
    /// <summary>Rows of x in the tile.</summary>
    int Rows { get; }

    /// <summary>Rows of w, which are columns of y, in the tile.</summary>
    int Columns { get; }

    /// <summary>Threads of a group.</summary>
    int Threads { get; }

    /// <summary>Stages in shared memory: one is multiplied, one may still be, and the others arrive.</summary>
    int Stages { get; }

    /// <summary>Bytes of a stage, which holds 64 of the depth of both factors.</summary>
    int StageBytes { get; }

    /// <summary>
    /// The time that the tile takes on a multiprocessor, in units of that of a <see cref="WideTile"/>; measured on an H200.
    /// </summary>
    float Cost { get; }

    /// <summary>Returns a tile with the copies of a thread.</summary>
    TSelf Of(WarpgroupProduct.Arguments product, int thread, TilePlace place);

    /// <summary>Begins the copies of a step: one batch, even where nothing is left to copy, so that batches can be counted.</summary>
    /// <param name="stage">The address of the stage.</param>
    /// <param name="any">Whether anything is left to copy.</param>
    /// <returns>The tile with the copies of the next step.</returns>
    TSelf Begin(uint stage, bool any);

    /// <summary>Waits for the thread's copies of the oldest of <see cref="Stages"/> − 2 steps.</summary>
    void WaitForCopies();

    /// <summary>Sets the sums to zero.</summary>
    void Clear();

    /// <summary>Begins to multiply a stage.</summary>
    void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement;

    /// <summary>Writes the thread's sums to y, or adds them to it.</summary>
    void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place);
}
