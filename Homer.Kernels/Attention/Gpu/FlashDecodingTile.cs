using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace Homer.Kernels.Attention.Gpu;

// Tour: docs/kernels.md#keys-split-among-groups
/// <summary>
/// Attention of one query to a run of keys by a group of 128 GPU threads, a tile of keys at a time, with online softmax (Milakov and
/// Gimelshein 2018, arXiv 1805.02867). A row of a key or value is loaded by a team of neighbouring threads, one for each piece of 16 bytes.
/// A thread has the same piece of every row that it meets, and eight loads in flight.
/// </summary>
/// <remarks>
/// <code>
/// rows of 128 elements of 16 bits are 16 pieces; a team of 16 threads has a row, 8 teams are a group, a tile is 16 rows per team
///
/// thread      0 … 15  16 … 31  …  112 … 127
/// key          0        1      …      7          1. products of a piece, to shared memory
///              8        9      …     15          2. thread t sums and weighs key t
///              …                                 3. thread: Σ weight · value over its team's keys, for its own 8 elements of the output
///                                                4. at the end, Σ over teams by way of shared memory
/// </code>
/// Threads that are left over, where the pieces do not divide 128, are a team without keys.
/// </remarks>
internal static class FlashDecodingTile
{
    // The rows of a tile that a thread has a piece of, and how many of them it loads together.
    private const int MostRows = 16;
    private const int Together = 8;

    // The products of a tile: 16 rows for each of 128 threads, and one more number per row, so that threads which read down a column use
    // different banks.
    private const int Products = (MostRows + 1) * GpuGroup.Size;

    // A batch of rows may reach beyond the tile, where weights are zero.
    private const int Weights = GpuGroup.Size * Together;

    /// <summary>Returns the number of keys of a tile.</summary>
    /// <param name="pieces">Pieces of 16 bytes in a row; at most as many as threads.</param>
    public static int KeysOf(int pieces) => XMath.Min(GpuGroup.Size, GpuGroup.Size / pieces * MostRows);

    /// <summary>Attends to the keys of a range. Where it is empty, the largest score stays −∞ and counts nothing.</summary>
    /// <param name="part">Output: the largest score, the sum of weights exp(score − largest), the sum of weighted values [d].</param>
    /// <param name="query">[d].</param>
    /// <param name="keys">[count, d], aligned to 16 bytes.</param>
    /// <param name="values">[count, d], aligned to 16 bytes.</param>
    /// <param name="range">The keys that the group attends to.</param>
    /// <param name="d">Elements of a row.</param>
    public static void Attend<T>(
        ArrayView<float> part, ArrayView<float> query, ArrayView<T> keys, ArrayView<T> values, KeyRange range, int d)
        where T : unmanaged, ILoadedElement
    {
        T element = default;
        ArrayView<float> products = SharedMemory.Allocate<float>(Products), weights = SharedMemory.Allocate<float>(Weights);
        ArrayView<Word128> keyPieces = keys.AsAligned(16).Cast<Word128>(), valuePieces = values.AsAligned(16).Cast<Word128>();
        int t = Group.IdxX;
        int pieces = d / element.ElementsOfLoad, piece = t % pieces;
        int tile = KeysOf(pieces), stride = pieces | 1;
        int teams = Group.DimX / pieces, batch = Together * teams;
        int team = t / pieces < teams ? t / pieces : tile;
        for (int i = Group.DimX + t; i < Weights; i += Group.DimX)
            weights[i] = 0;

        Float32x8 own = Query(query, piece * element.ElementsOfLoad, element.ElementsOfLoad), output = default;
        float scale = 1 / XMath.Sqrt((float)d);
        float max = float.NegativeInfinity, sum = 0;
        int first = range.Start;
        do
        {
            // 1. Each thread multiplies its piece of the team's keys by its piece of the query. Rows beyond the last stand in for it, and
            //    store what it stores.
            int inTile = XMath.Min(tile, range.End - first), last = XMath.Min(first + tile, range.Count) - 1;
            for (int row = team; row < inTile; row += batch)
            {
                Batch loaded = Load(keyPieces, first + row, teams, last, pieces, piece);
                Store(products, element.Numbers(loaded.R0), own, row, last - first, stride, piece);
                Store(products, element.Numbers(loaded.R1), own, row + teams, last - first, stride, piece);
                Store(products, element.Numbers(loaded.R2), own, row + (2 * teams), last - first, stride, piece);
                Store(products, element.Numbers(loaded.R3), own, row + (3 * teams), last - first, stride, piece);
                Store(products, element.Numbers(loaded.R4), own, row + (4 * teams), last - first, stride, piece);
                Store(products, element.Numbers(loaded.R5), own, row + (5 * teams), last - first, stride, piece);
                Store(products, element.Numbers(loaded.R6), own, row + (6 * teams), last - first, stride, piece);
                Store(products, element.Numbers(loaded.R7), own, row + (7 * teams), last - first, stride, piece);
            }

            // 2. Thread t adds up the products of key t and weighs it: m' = max(m, scores), weight = exp(score − m').
            Group.Barrier();
            float score = t < inTile ? SumOf(products, t * stride, pieces) * scale : float.NegativeInfinity;
            float larger = XMath.Max(max, Primitives.Max(score));
            float correction = first == range.Start ? 0 : XMath.Exp(max - larger);
            float weight = t < inTile ? XMath.Exp(score - larger) : 0;
            weights[t] = weight;
            sum = (sum * correction) + weight;
            max = larger;
            Group.Barrier();

            // 3. Each thread: o = o · exp(m − m') + Σ weight · value, for its elements and its team's keys.
            output = Float32x8.MultiplyAdd(default, correction, output);
            for (int row = team; row < inTile; row += batch)
            {
                Batch loaded = Load(valuePieces, first + row, teams, last, pieces, piece);
                output = Float32x8.MultiplyAdd(output, weights[row], element.Numbers(loaded.R0));
                output = Float32x8.MultiplyAdd(output, weights[row + teams], element.Numbers(loaded.R1));
                output = Float32x8.MultiplyAdd(output, weights[row + (2 * teams)], element.Numbers(loaded.R2));
                output = Float32x8.MultiplyAdd(output, weights[row + (3 * teams)], element.Numbers(loaded.R3));
                output = Float32x8.MultiplyAdd(output, weights[row + (4 * teams)], element.Numbers(loaded.R4));
                output = Float32x8.MultiplyAdd(output, weights[row + (5 * teams)], element.Numbers(loaded.R5));
                output = Float32x8.MultiplyAdd(output, weights[row + (6 * teams)], element.Numbers(loaded.R6));
                output = Float32x8.MultiplyAdd(output, weights[row + (7 * teams)], element.Numbers(loaded.R7));
            }

            // The next tile overwrites products, which all threads have read, and weights only after barriers of its own.
            first += tile;
        }
        while (first < range.End);

        // 4. The sums of all threads and of all teams.
        sum = Primitives.Sum(sum);
        if (t == 0)
        {
            part[0] = max;
            part[1] = sum;
        }

        if (team < teams)
            Write(products, output, (team * d) + (piece * element.ElementsOfLoad), element.ElementsOfLoad);
        Group.Barrier();
        for (int i = t; i < d; i += Group.DimX)
            part[2 + i] = SumOfColumn(products, i, d, teams);
        Group.Barrier();
    }

    /// <summary>
    /// Loads a piece of eight rows from row <paramref name="row"/> on, <paramref name="step"/> apart, none beyond the last.
    /// </summary>
    private static Batch Load(ArrayView<Word128> rows, int row, int step, int last, int pieces, int piece) => new()
    {
        R0 = rows[(XMath.Min(row, last) * pieces) + piece],
        R1 = rows[(XMath.Min(row + step, last) * pieces) + piece],
        R2 = rows[(XMath.Min(row + (2 * step), last) * pieces) + piece],
        R3 = rows[(XMath.Min(row + (3 * step), last) * pieces) + piece],
        R4 = rows[(XMath.Min(row + (4 * step), last) * pieces) + piece],
        R5 = rows[(XMath.Min(row + (5 * step), last) * pieces) + piece],
        R6 = rows[(XMath.Min(row + (6 * step), last) * pieces) + piece],
        R7 = rows[(XMath.Min(row + (7 * step), last) * pieces) + piece],
    };

    private static void Store(ArrayView<float> products, Float32x8 key, Float32x8 query, int row, int last, int stride, int piece) =>
        products[(XMath.Min(row, last) * stride) + piece] = Float32x8.Dot(key, query);

    private static float SumOf(ArrayView<float> numbers, int first, int count)
    {
        float sum = 0;
        for (int i = 0; i < count; i++)
            sum += numbers[first + i];
        return sum;
    }

    private static float SumOfColumn(ArrayView<float> numbers, int column, int stride, int rows)
    {
        float sum = 0;
        for (int i = 0; i < rows; i++)
            sum += numbers[column + (i * stride)];
        return sum;
    }

    private static Float32x8 Query(ArrayView<float> query, int at, int count)
    {
        Float32x8 own = new() { Low = new() { X = query[at], Y = query[at + 1], Z = query[at + 2], W = query[at + 3] } };
        if (count > 4)
            own.High = new() { X = query[at + 4], Y = query[at + 5], Z = query[at + 6], W = query[at + 7] };
        return own;
    }

    private static void Write(ArrayView<float> numbers, Float32x8 own, int at, int count)
    {
        numbers[at] = own.Low.X;
        numbers[at + 1] = own.Low.Y;
        numbers[at + 2] = own.Low.Z;
        numbers[at + 3] = own.Low.W;
        if (count > 4)
        {
            numbers[at + 4] = own.High.X;
            numbers[at + 5] = own.High.Y;
            numbers[at + 6] = own.High.Z;
            numbers[at + 7] = own.High.W;
        }
    }

    private struct Batch
    {
        public Word128 R0, R1, R2, R3, R4, R5, R6, R7;
    }
}
