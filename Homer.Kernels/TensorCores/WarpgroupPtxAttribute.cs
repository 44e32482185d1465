// Tour: docs/kernels.md#warpgroupproduct
using Homer.Kernels.Backends;

namespace Homer.Kernels.TensorCores;

/// <summary>
/// Begins wgmma.m64nNk16 over a stage of 64 of the depth. Its sums are the registers that <see cref="WarpgroupSumsPtxAttribute"/>
/// declares, not values of ILGPU's: while tensor cores add to them, nothing may even move them, and so one product can begin before the
/// last has ended.
/// </summary>
/// <param name="type">The type of the factors, bf16 or f16.</param>
/// <param name="columns">Columns of the tile of sums; a thread has half as many sums.</param>
internal sealed class WarpgroupPtxAttribute(string type, int columns) : PtxAttribute(TextFor(type, columns))
{
    private const int Steps = MatrixDescriptor.Depth / 16;

    private static string TextFor(string type, int columns)
    {
        string sums = string.Join(", ", Enumerable.Range(0, columns / 2).Select(WarpgroupSumsPtxAttribute.Name));
        // A step of 16 elements is 32 bytes further, 2 in the descriptors' units.
        IEnumerable<string> products = Enumerable.Range(0, Steps).Select(step =>
            $"add.s64 a, %0, {2 * step}; add.s64 b, %1, {2 * step}; "
            + $"wgmma.mma_async.sync.aligned.m64n{columns}k16.f32.{type}.{type} {{{sums}}}, a, b, add, 1, 1, 0, 0;");
        return $$"""
            { .reg .pred add; .reg .b64 a, b; setp.eq.s64 add, %0, %0;
            wgmma.fence.sync.aligned;
            {{string.Join("\n", products)}}
            wgmma.commit_group.sync.aligned; }
            """;
    }
}

/// <summary>Declares a thread's sums of a tile, and sets them to zero; once in a kernel.</summary>
/// <param name="columns">Columns of the tile; a thread has half as many sums.</param>
internal sealed class WarpgroupSumsPtxAttribute(int columns) : PtxAttribute(TextFor(columns / 2))
{
    /// <summary>Returns the name of a sum in PTX.</summary>
    public static string Name(int sum) => $"sum{sum}";

    private static string TextFor(int sums) =>
        $".reg .f32 sum<{sums}>;\n{string.Join(" ", Enumerable.Range(0, sums).Select(i => $"mov.f32 {Name(i)}, 0f00000000;"))}";
}

/// <summary>Returns a thread's sums of 64 columns, once nothing is added to them any more.</summary>
/// <param name="first">The number of the first sum.</param>
internal sealed class WarpgroupSumRowPtxAttribute(int first) : PtxAttribute(TextFor(first))
{
    private const int Sums = WarpgroupInstructions.SumColumns / 2;

    private static string TextFor(int first) =>
        string.Join(" ", Enumerable.Range(0, Sums).Select(i => $"mov.f32 %{i}, {WarpgroupSumsPtxAttribute.Name(first + i)};"));
}
