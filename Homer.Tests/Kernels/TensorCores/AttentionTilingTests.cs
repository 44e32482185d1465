using Homer.Kernels.TensorCores;

namespace Homer.Tests.Kernels.TensorCores;

public sealed class AttentionTilingTests
{
    [Fact]
    public void Every_chunk_of_the_keys_is_copied_once()
    {
        IEnumerable<int> offsets = from thread in Enumerable.Range(0, AttentionTiling.Threads)
                                   from copy in Enumerable.Range(0, AttentionTiling.CopiesOfThread)
                                   select AttentionTiling.Offset(AttentionTiling.CopyRow(thread) + (copy * AttentionTiling.RowsApart), AttentionTiling.CopyChunk(thread));
        Assert.Equal(Enumerable.Range(0, AttentionTiling.TileBytes / AttentionTiling.Chunk).Select(chunk => chunk * AttentionTiling.Chunk), offsets.Order());
    }

    [Fact]
    public void Every_element_of_the_output_has_one_owner()
    {
        IEnumerable<(int, int)> owned = from thread in Enumerable.Range(0, AttentionTiling.Threads)
                                        from row in new[] { AttentionTiling.Query(thread), AttentionTiling.Query(thread) + 8 }
                                        from tile in Enumerable.Range(0, AttentionTiling.HeadDim / 8)
                                        from column in new[] { AttentionTiling.Column(thread), AttentionTiling.Column(thread) + 1 }
                                        select (row, (tile * 8) + column);
        Assert.Equal(
            Enumerable.Range(0, AttentionTiling.Queries * AttentionTiling.HeadDim).Select(i => (i / AttentionTiling.HeadDim, i % AttentionTiling.HeadDim)), owned.Order());
    }

    [Fact]
    public void No_two_threads_served_together_want_the_same_bank()
    {
        for (int thread = 0; thread < AttentionTiling.Threads; thread += 8)
        {
            for (int i = 0; i < 32; i++)
            {
                Banks.AssertNoConflicts(8, 16, t => AttentionTiling.KeyRow(thread + t, i / 8, i % 8));
                Banks.AssertNoConflicts(8, 16, t => AttentionTiling.ValueRow(thread + t, i / 8, i % 8));
            }

            Banks.AssertNoConflicts(8, 16, t => AttentionTiling.Offset(AttentionTiling.CopyRow(thread + t), AttentionTiling.CopyChunk(thread + t)));
        }
    }
}
