// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.TensorCores;

namespace Homer.Kernels.MatMul.Wgmma;

/// <summary>
/// The position of a thread in the depth, stage by stage. The depth begins again for each part of x; see <see cref="WarpgroupProduct"/>.
/// </summary>
internal struct DepthSteps
{
    private int at;
    private int depth;
    private int whole;
    private long part;

    /// <summary>Returns the steps of a thread whose first element of a row is <paramref name="start"/>.</summary>
    public static DepthSteps From(int start, WarpgroupProduct.Arguments product)
    {
        DepthSteps steps = default;
        steps.at = start;
        steps.depth = product.Depth;
        steps.whole = Count(product.Depth) * WarpgroupTiling.Depth;
        steps.part = (long)product.Rows * product.Depth * sizeof(ushort);
        return steps;
    }

    /// <summary>Returns the number of stages that a depth fills.</summary>
    public static int Count(int depth) => (depth + WarpgroupTiling.Depth - 1) / WarpgroupTiling.Depth;

    /// <summary>−1 within the depth, 0 beyond its end.</summary>
    public readonly int Inside => FragmentMath.IsLess(at, depth);

    private readonly bool EndsPart => at + WarpgroupTiling.Depth >= whole;

    /// <summary>Bytes from x of this step to x of the next.</summary>
    public readonly long ToNextX => EndsPart ? part + ToNextW : WarpgroupTiling.RowBytes;

    /// <summary>Bytes from w of this step to w of the next: every part meets all of w.</summary>
    public readonly long ToNextW => EndsPart ? WarpgroupTiling.RowBytes - ((long)whole * sizeof(ushort)) : WarpgroupTiling.RowBytes;

    /// <summary>Returns the next step.</summary>
    public readonly DepthSteps Next()
    {
        DepthSteps next = this;
        next.at += EndsPart ? WarpgroupTiling.Depth - whole : WarpgroupTiling.Depth;
        return next;
    }
}
