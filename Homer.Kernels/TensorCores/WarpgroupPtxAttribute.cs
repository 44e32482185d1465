namespace Homer.Kernels.TensorCores;

/// <summary>
/// Begins wgmma.m64nNk16 over a stage of 64 of the depth. wgmma adds to its own registers: those of the result, which the sums so far are moved to (the assembler makes them
/// the same).
/// </summary>
/// <param name="type">The type of the factors, bf16 or f16.</param>
/// <param name="columns">Columns of the tile of sums; a thread has half as many sums.</param>
internal sealed class WarpgroupPtxAttribute(string type, int columns) : PtxAttribute(TextFor(type, columns))
{
    private const int Steps = WarpgroupTiling.Depth / 16;

    /// <summary>Moves the sums from an argument to the result.</summary>
    public static string Moves(int sums) => string.Join(" ", Enumerable.Range(0, sums).Select(i => $"mov.f32 %{i}, %{sums + i};"));

    private static string TextFor(string type, int columns)
    {
        int sums = columns / 2;
        string registers = string.Join(", ", Enumerable.Range(0, sums).Select(i => $"%{i}"));
        // A step of 16 elements is 32 bytes further, 2 in the descriptors' units.
        IEnumerable<string> products = Enumerable.Range(0, Steps).Select(step =>
            $"add.s64 a, %{2 * sums}, {2 * step}; add.s64 b, %{(2 * sums) + 1}, {2 * step}; "
            + $"wgmma.mma_async.sync.aligned.m64n{columns}k16.f32.{type}.{type} {{{registers}}}, a, b, add, 1, 1, 0, 0;");
        return $$"""
            { .reg .pred add; .reg .b64 a, b; setp.eq.s64 add, %{{2 * sums}}, %{{2 * sums}};
            {{Moves(sums)}}
            wgmma.fence.sync.aligned;
            {{string.Join("\n", products)}}
            wgmma.commit_group.sync.aligned; }
            """;
    }
}

/// <summary>Waits for what wgmma was to add to the argument, which becomes the result.</summary>
/// <param name="columns">Columns of the tile of sums.</param>
internal sealed class WarpgroupWaitPtxAttribute(int columns) : PtxAttribute($"wgmma.wait_group.sync.aligned 0;\n{WarpgroupPtxAttribute.Moves(columns / 2)}");
