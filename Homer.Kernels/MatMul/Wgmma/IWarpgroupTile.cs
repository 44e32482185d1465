using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// A tile of y that a group computes by wgmma, as one of its threads sees it: how large it is, what the thread copies, what is multiplied
/// and where the sums go. What members that give constants are called on does not matter.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface IWarpgroupTile<TSelf>
    where TSelf : struct, IWarpgroupTile<TSelf>
{
    /// <summary>Rows of x that it takes.</summary>
    int Rows { get; }

    /// <summary>Rows of w, which are columns of y.</summary>
    int Columns { get; }

    /// <summary>Threads of a group.</summary>
    int Threads { get; }

    /// <summary>Stages in shared memory: one is multiplied, one may still be, and the others arrive.</summary>
    int Stages { get; }

    /// <summary>Bytes of a stage, which holds 64 of the depth of both factors.</summary>
    int StageBytes { get; }

    /// <summary>What it costs a multiprocessor, by time, next to a <see cref="WideTile"/>; measured on an H200.</summary>
    float Cost { get; }

    /// <summary>A thread's copies of a tile.</summary>
    TSelf Of(WarpgroupProduct.Arguments product, int thread, TilePlace place);

    /// <summary>
    /// Begins the copies of a step, one batch of them even where there is nothing left to copy, so that batches can be counted.
    /// </summary>
    /// <param name="stage">The address of the stage.</param>
    /// <param name="any">Whether there is anything left.</param>
    /// <returns>What is to be copied in the next step.</returns>
    TSelf Begin(uint stage, bool any);

    /// <summary>Waits for the thread's copies of the oldest of <see cref="Stages"/> − 2 steps.</summary>
    void WaitForCopies();

    /// <summary>Begins with sums of zero.</summary>
    void Clear();

    /// <summary>Begins to multiply a stage.</summary>
    void BeginMultiplyAdd<T>(T element, uint stage, int thread)
        where T : unmanaged, ITensorElement;

    /// <summary>Writes the thread's sums.</summary>
    void Write(WarpgroupProduct.Arguments product, int thread, TilePlace place);
}
