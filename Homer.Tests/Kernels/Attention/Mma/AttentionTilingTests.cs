using Homer.Kernels.Attention.Mma;
using Homer.Tests.Kernels.TensorCores;

namespace Homer.Tests.Kernels.Attention.Mma;

public sealed class AttentionTilingTests
{
    [Theory, InlineData(64), InlineData(128)]
    public void Every_chunk_of_the_keys_is_copied_once(int elements)
    {
        IEnumerable<int> copied = from thread in Enumerable.Range(0, AttentionTiling.Threads)
                                  from copy in Enumerable.Range(0, AttentionTiling.Keys / AttentionTiling.RowsApart(elements))
                                  select AttentionTiling.Offset(
                                      AttentionTiling.CopyRow(thread, elements) + (copy * AttentionTiling.RowsApart(elements)),
                                      AttentionTiling.CopyChunk(thread, elements));
        IEnumerable<int> all = from row in Enumerable.Range(0, AttentionTiling.Keys)
                               from chunk in Enumerable.Range(0, elements / AttentionTiling.ElementsOfChunk)
                               select AttentionTiling.Offset(row, chunk);
        Assert.Equal(all.Order(), copied.Order());
    }

    [Fact]
    public void Rows_of_matrices_are_where_their_chunks_are()
    {
        for (int lane = 0; lane < 32; lane++)
        {
            int matrix = lane / 8, row = lane % 8;
            for (int i = 0; i < AttentionTiling.HeadDim / 16; i++)
            {
                Assert.Equal(
                    AttentionTiling.Offset((matrix / 2 * 8) + row, (2 * i) + (matrix % 2)),
                    (int)AttentionTiling.AtElements(AttentionTiling.KeyRow(lane), i));
                Assert.Equal(
                    AttentionTiling.Offset((matrix % 2 * 8) + row, (2 * i) + (matrix / 2)),
                    (int)AttentionTiling.AtElements(AttentionTiling.ValueRow(lane), i));
            }
        }

        Assert.Equal((int)AttentionTiling.BytesOf16Rows, AttentionTiling.Offset(16, 0));
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
            Enumerable.Range(0, AttentionTiling.Queries * AttentionTiling.HeadDim)
                .Select(i => (i / AttentionTiling.HeadDim, i % AttentionTiling.HeadDim)),
            owned.Order());
    }

    [Fact]
    public void No_two_threads_served_together_want_the_same_bank()
    {
        for (int thread = 0; thread < AttentionTiling.Threads; thread += 8)
        {
            for (int i = 0; i < AttentionTiling.HeadDim / 16; i++)
            {
                Banks.AssertNoConflicts(8, 16, t => (int)AttentionTiling.AtElements(AttentionTiling.KeyRow(thread + t), i));
                Banks.AssertNoConflicts(8, 16, t => (int)AttentionTiling.AtElements(AttentionTiling.ValueRow(thread + t), i));
            }

            foreach (int elements in new[] { 64, 128 })
                Banks.AssertNoConflicts(8, 16, t =>
                    AttentionTiling.Offset(AttentionTiling.CopyRow(thread + t, elements), AttentionTiling.CopyChunk(thread + t, elements)));
        }
    }
}
