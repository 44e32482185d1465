namespace Homer.Kernels.TensorCores;

/// <summary>
/// Begins wgmma.m64n256k16 over a stage of 64 of the depth. wgmma adds to its own registers: those of the result, which the sums so far are moved to (the assembler makes them
/// the same).
/// </summary>
/// <param name="type">The type of the factors, bf16 or f16.</param>
internal sealed class WarpgroupPtxAttribute(string type) : PtxAttribute(TextFor(type))
{
    private const int Sums = 128;
    private const int Steps = WarpgroupTiling.Depth / 16;

    /// <summary>Moves the sums from an argument to the result.</summary>
    public static string Moves { get; } = string.Join(" ", Enumerable.Range(0, Sums).Select(i => $"mov.f32 %{i}, %{Sums + i};"));

    private static string TextFor(string type)
    {
        IEnumerable<int> sums = Enumerable.Range(0, Sums);
        string registers = string.Join(", ", sums.Select(i => $"%{i}"));
        // A step of 16 elements is 32 bytes further, 2 in the descriptors' units.
        IEnumerable<string> products = Enumerable.Range(0, Steps).Select(step =>
            $"add.s64 x, %{2 * Sums}, {2 * step}; add.s64 w, %{(2 * Sums) + 1}, {2 * step}; "
            + $"wgmma.mma_async.sync.aligned.m64n256k16.f32.{type}.{type} {{{registers}}}, x, w, add, 1, 1, 0, 0;");
        return $$"""
            { .reg .pred add; .reg .b64 x, w; setp.eq.s64 add, %{{2 * Sums}}, %{{2 * Sums}};
            {{Moves}}
            wgmma.fence.sync.aligned;
            {{string.Join("\n", products)}}
            wgmma.commit_group.sync.aligned; }
            """;
    }
}

/// <summary>Waits for what wgmma was to add to the argument, which becomes the result.</summary>
internal sealed class WarpgroupWaitPtxAttribute() : PtxAttribute($"wgmma.wait_group.sync.aligned 0;\n{WarpgroupPtxAttribute.Moves}");
