using Homer.Kernels.MatMul.Mma;
using Homer.Kernels.TensorCores;
using Homer.Tests.Kernels.TensorCores;

namespace Homer.Tests.Kernels.MatMul.Mma;

public sealed class BlockTilingTests
{
    [Fact]
    public void Every_chunk_of_a_stage_is_copied_once_and_scales_follow()
    {
        IEnumerable<int> ofX = from thread in Enumerable.Range(0, ProductTiling.Threads)
                               from copy in Enumerable.Range(0, ProductTiling.CopiesOfThread)
                               select BlockTiling.XOffset(ProductTiling.XCopyRow(thread) + (copy * ProductTiling.XRowsApart),
                                   ProductTiling.XCopyChunk(thread));
        IEnumerable<int> ofW = from thread in Enumerable.Range(0, ProductTiling.Threads)
                               from copy in Enumerable.Range(0, 2)
                               select BlockTiling.WOffset(BlockTiling.WCopyRow(thread) + (copy * BlockTiling.WRowsApart),
                                   BlockTiling.WCopyChunk(thread));
        int[] offsets = [.. ofX.Concat(ofW).Order()];
        Assert.Equal(Enumerable.Range(0, offsets.Length).Select(chunk => chunk * ProductTiling.Chunk), offsets);
        Assert.Equal(offsets.Length * ProductTiling.Chunk, BlockTiling.ScaleOffset(0));
        Assert.Equal(BlockTiling.StageBytes, BlockTiling.ScaleOffset(ProductTiling.Columns));
        Assert.InRange(ProductTiling.Stages * BlockTiling.StageBytes, 1, ProductTiling.SharedBytes);
    }

    [Fact]
    public void No_two_threads_served_together_want_the_same_bank()
    {
        for (int thread = 0; thread < ProductTiling.Threads; thread += 8)
        {
            int first = thread;
            for (int i = 0; i < 8; i++)
            {
                int load = i;
                Banks.AssertNoConflicts(8, 16, lane => BlockTiling.XFour(first + lane, load / 4, load / 2 % 2, load % 2 * 8));
            }

            for (int columns = 0; columns < 4; columns++)
            {
                int pair = columns;
                Banks.AssertNoConflicts(8, 16, lane => BlockTiling.WRow(first + lane, pair));
            }

            Banks.AssertNoConflicts(8, 16, lane => BlockTiling.XOffset(
                ProductTiling.XCopyRow(first + lane), ProductTiling.XCopyChunk(first + lane)));
            Banks.AssertNoConflicts(8, 16, lane => BlockTiling.WOffset(
                BlockTiling.WCopyRow(first + lane), BlockTiling.WCopyChunk(first + lane)));
        }
    }

    [Fact]
    public void Every_signed_byte_is_widened_exactly()
    {
        for (int e = sbyte.MinValue; e <= sbyte.MaxValue; e++)
        {
            uint bytes = (byte)e | (0x01u << 8) | ((uint)(byte)e << 16) | (0xffu << 24);
            Assert.Equal((e, 1f), Values(TensorInstructions.WidenLow(bytes)));
            Assert.Equal((e, -1f), Values(TensorInstructions.WidenHigh(bytes)));
        }

        static (float, float) Values(uint pair) =>
            (BitConverter.UInt32BitsToSingle(pair << 16), BitConverter.UInt32BitsToSingle(pair & 0xffff0000));
    }
}
