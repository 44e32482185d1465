using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Recall.Cpu;

// Tour: docs/kernels.md#recallscores
/// <summary>
/// The body of <see cref="RecallTile"/> on the CPU. Some keys of a head are widened into memory that stays in L1, and each query then goes
/// over them.
/// </summary>
internal static unsafe class RecallTileCpu
{
    // 16 KiB of keys leave room for the queries in an L1 of 32.
    private const int BlockFloats = 4096;

    public static void Score(ArrayView<float> scores, RecallKeys keys, RecallQueries queries, RecallShape shape, int first)
    {
        int end = Math.Min(first + RecallScores.Tile, shape.Tokens), block = Block(shape);
        float* target = RowMath.Pointer(scores), means = RowMath.Pointer(queries.Means);
        float* products = ThreadScratch.Take((2 * block) + (block * shape.HeadDim)), largest = products + block, wide = largest + block;
        for (; first < end; first += block)
        {
            int count = Math.Min(block, end - first);
            new Span<float>(target + first, count).Clear();
            for (int head = 0; head < shape.Heads; head++)
            {
                Widen(wide, keys, shape, first, count, head);
                new Span<float>(largest, count).Fill(float.NegativeInfinity);
                for (int query = 0; query < shape.Queries; query++)
                {
                    Products(products, wide, queries, shape, head, query, count);
                    float mean = means[(head * shape.Queries) + query];
                    for (int i = 0; i < count; i++)
                        largest[i] = MathF.Max(largest[i], products[i] - mean);
                }

                for (int i = 0; i < count; i++)
                    target[first + i] += largest[i];
            }
        }
    }

    public static void Sum(ArrayView<float> sums, RecallKeys keys, RecallQueries queries, RecallShape shape, int first)
    {
        int end = Math.Min(first + RecallScores.Tile, shape.Tokens), block = Block(shape);
        float* target = RowMath.Pointer(sums), means = RowMath.Pointer(queries.Means);
        float* products = ThreadScratch.Take(block + (block * shape.HeadDim)), wide = products + block;
        new Span<float>(target, sums.IntLength).Clear();
        for (; first < end; first += block)
        {
            int count = Math.Min(block, end - first);
            for (int head = 0; head < shape.Heads; head++)
            {
                Widen(wide, keys, shape, first, count, head);
                for (int query = 0; query < shape.Queries; query++)
                {
                    Products(products, wide, queries, shape, head, query, count);
                    int row = (head * shape.Queries) + query;
                    float sum = 0, squares = 0;
                    for (int i = 0; i < count; i++)
                    {
                        float x = products[i] - means[row];
                        sum += x;
                        squares += x * x;
                    }

                    target[2 * row] += sum;
                    target[(2 * row) + 1] += squares;
                }
            }
        }
    }

    private static int Block(RecallShape shape) => Math.Clamp(BlockFloats / shape.HeadDim, 4, RecallScores.Tile);

    private static void Widen(float* wide, RecallKeys keys, RecallShape shape, int first, int count, int head)
    {
        int d = shape.HeadDim;
        sbyte* elements = (sbyte*)keys.Elements.LoadEffectiveAddressAsPtr() + ((long)first * shape.Width) + (head * d);
        Float16* scales = (Float16*)keys.Scales.LoadEffectiveAddressAsPtr() + ((long)first * shape.Heads) + head;
        for (int token = 0; token < count; token++, elements += shape.Width, scales += shape.Heads, wide += d)
        {
            float scale = scales->ToSingle();
            for (int i = 0; i < d; i++)
                wide[i] = elements[i] * scale;
        }
    }

    private static void Products(
        float* products, float* wide, RecallQueries queries, RecallShape shape, int head, int query, int count) =>
        AttentionRow.Scores(
            RowMath.Pointer(queries.Elements) + shape.QueryRow(head, query), (Float32*)wide, products, count, shape.HeadDim, 1);
}
