using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Mma;
using Homer.Tests.Kernels.TensorCores;

namespace Homer.Tests.Kernels.MatMul.Mma;

public sealed class ProductTilingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(16, 5)]
    [InlineData(17, 3)]
    [InlineData(40, 2)]
    public void Every_tile_is_computed_once(int down, int across)
    {
        IEnumerable<(int, int)> tiles = Enumerable.Range(0, down * across)
            .Select(tile => (TileOrder.Row(tile, down, across), TileOrder.Column(tile, down, across)));
        Assert.Equal(Enumerable.Range(0, down * across).Select(i => (i / across, i % across)), tiles.Order());
    }

    [Fact]
    public void Every_chunk_of_a_stage_is_copied_once()
    {
        IEnumerable<int> offsets = from thread in Enumerable.Range(0, ProductTiling.Threads)
                                   from copy in Enumerable.Range(0, ProductTiling.CopiesOfThread)
                                   from offset in new[]
                                   {
                                       ProductTiling.XOffset(ProductTiling.XCopyRow(thread) + (copy * ProductTiling.XRowsApart),
                                           ProductTiling.XCopyChunk(thread)),
                                       ProductTiling.WOffset(ProductTiling.WCopyRow(thread) + (copy * ProductTiling.WRowsApart),
                                           ProductTiling.WCopyChunk(thread)),
                                   }
                                   select offset;
        Assert.Equal(Enumerable.Range(0, ProductTiling.StageBytes / ProductTiling.Chunk).Select(chunk => chunk * ProductTiling.Chunk),
            offsets.Order());
    }

    [Fact]
    public void Every_element_of_a_tile_has_one_owner()
    {
        IEnumerable<(int, int)> owned = from thread in Enumerable.Range(0, ProductTiling.Threads)
                                        from row in Enumerable.Range(0, 2).Select(tile => ProductTiling.SumRow(thread, tile))
                                        from column in Enumerable.Range(0, 8).Select(tile => ProductTiling.SumColumn(thread, tile))
                                        from element in new[] { (row, column), (row, column + 1), (row + 8, column), (row + 8, column + 1) }
                                        select element;
        Assert.Equal(Enumerable.Range(0, ProductTiling.Rows * ProductTiling.Columns).Select(
            i => (i / ProductTiling.Columns, i % ProductTiling.Columns)), owned.Order());
    }

    [Fact]
    public void No_two_threads_served_together_want_the_same_bank()
    {
        for (int thread = 0; thread < ProductTiling.Threads; thread++)
        {
            for (int step = 0; step < 2; step++)
            {
                if (thread % 16 == 0)
                {
                    for (int pair = 0; pair < 8; pair++)
                        Banks.AssertNoConflicts(16, 8, i => ProductTiling.XPair(thread + i, pair / 4, step, pair % 4));
                }

                if (thread % 8 == 0)
                {
                    for (int columns = 0; columns < 4; columns++)
                        Banks.AssertNoConflicts(8, 16, i => ProductTiling.WRow(thread + i, columns, step));
                    Banks.AssertNoConflicts(8, 16, i => ProductTiling.XOffset(
                        ProductTiling.XCopyRow(thread + i), ProductTiling.XCopyChunk(thread + i)));
                    Banks.AssertNoConflicts(8, 16, i => ProductTiling.WOffset(
                        ProductTiling.WCopyRow(thread + i), ProductTiling.WCopyChunk(thread + i)));
                }
            }
        }
    }
}
