using Homer.Kernels.Backends;
using ILGPU;

namespace Homer.Kernels.Recall.Gpu;

// Tour: docs/kernels.md#recallscores
/// <summary>
/// The body of <see cref="RecallTile"/> on a GPU: each thread has tokens of its own, whose keys stay in L1 while
/// the queries go over them; all threads read the same element of a query at a time.
/// </summary>
internal static class RecallTileGpu
{
    public static void Score(ArrayView<float> scores, RecallKeys keys, RecallQueries queries, RecallShape shape, int first)
    {
        int end = IntrinsicMath.Min(first + RecallScores.Tile, shape.Tokens);
        for (int token = first + Group.IdxX; token < end; token += Group.DimX)
        {
            float total = 0;
            for (int head = 0; head < shape.Heads; head++)
            {
                float largest = float.NegativeInfinity;
                for (int query = 0; query < shape.Queries; query++)
                    largest = Primitives.Larger(largest, Product(keys, queries, shape, token, head, query));
                total += largest;
            }

            scores[token] = total;
        }
    }

    public static void Sum(ArrayView<float> sums, RecallKeys keys, RecallQueries queries, RecallShape shape, int first)
    {
        int end = IntrinsicMath.Min(first + RecallScores.Tile, shape.Tokens);
        for (int row = 0; row < shape.Heads * shape.Queries; row++)
        {
            float sum = 0, squares = 0;
            for (int token = first + Group.IdxX; token < end; token += Group.DimX)
            {
                float x = Product(keys, queries, shape, token, row / shape.Queries, row % shape.Queries);
                sum += x;
                squares += x * x;
            }

            sum = Primitives.Sum(sum);
            squares = Primitives.Sum(squares);
            if (Group.IdxX == 0)
            {
                sums[2 * row] = sum;
                sums[(2 * row) + 1] = squares;
            }
        }
    }

    private static float Product(RecallKeys keys, RecallQueries queries, RecallShape shape, int token, int head, int query)
    {
        int d = shape.HeadDim;
        long row = ((long)token * shape.Heads) + head;
        ArrayView<sbyte> key = keys.Elements.SubView(row * d, d);
        ArrayView<float> q = queries.Elements.SubView(shape.QueryRow(head, query), d);
        float product = 0;
        for (int i = 0; i < d; i++)
            product += q[i] * key[i];
        return (product * keys.Scales[row].ToSingle()) - queries.Means[(head * shape.Queries) + query];
    }
}
