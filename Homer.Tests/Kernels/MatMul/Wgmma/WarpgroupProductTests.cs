using Homer.Kernels.MatMul.Wgmma;
using Homer.Kernels.TensorCores;
using Homer.Tests.Kernels.TensorCores;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.MatMul.Wgmma;

/// <summary>The kernels themselves, run by an <see cref="EmulatedGroup"/>, against a product in 64 bits.</summary>
public sealed unsafe class WarpgroupProductTests
{
    // Around the edges of tiles of 128 × 256, of 64 of the depth and of four stages.
    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 2, 8, false }, { 128, 256, 64, true }, { 129, 6, 72, true }, { 33, 258, 320, false },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Bfloat16_in_three_parts_is_as_exact_as_32_bits(int m, int n, int k, bool accumulate) =>
        Multiplies<BFloat16Mma, WideTile>(m, n, k, accumulate, 3, 0);

    // Around the edges of tiles of 128 × 128 and of six stages.
    [Theory, InlineData(1, 2, 8, true), InlineData(130, 6, 72, true), InlineData(3, 132, 456, false)]
    public void So_it_is_where_tiles_are_square(int m, int n, int k, bool accumulate)
    {
        Multiplies<BFloat16Mma, SquareTile>(m, n, k, accumulate, 3, 0);
        Multiplies<Float16Mma, SquareTile>(m, n, k, accumulate, 2, 0);
    }

    // Around the edges of tiles of 64 × 64 and of eight stages.
    [Theory, InlineData(5, 2, 8, false), InlineData(64, 64, 64, true), InlineData(65, 70, 72, true), InlineData(17, 66, 584, false)]
    public void So_it_is_where_tiles_are_narrow(int m, int n, int k, bool accumulate)
    {
        Multiplies<BFloat16Mma, NarrowTile>(m, n, k, accumulate, 3, 0);
        Multiplies<Float16Mma, NarrowTile>(m, n, k, accumulate, 2, 0);
    }

    [Fact]
    public void Binary16_in_two_parts_is_as_exact_as_32_bits() => Multiplies<Float16Mma, WideTile>(65, 34, 136, true, 2, 0);

    [Fact]
    public void One_part_is_off_by_the_rounding_of_x()
    {
        Multiplies<BFloat16Mma, WideTile>(19, 22, 64, false, 1, 1.0 / 512);
        Multiplies<Float16Mma, WideTile>(19, 22, 64, false, 1, 1.0 / 4096);
    }

    /// <summary>Products by matrices of n, n / 2 and 2 columns, side by side.</summary>
    private static void Multiplies<T, TTile>(int m, int n, int k, bool accumulate, int parts, double rounding)
        where T : unmanaged, ITensorElement
        where TTile : struct, IWarpgroupTile<TTile>
    {
        var random = new Random(m + n + k);
        float[] x = random.Normal(m * k);
        using var inputs = new NativeCopy<float>(x);
        using var rounded = new NativeCopy<ushort>(new ushort[parts * m * k]);
        using (var group = new EmulatedGroup(128, inputs.Range, rounded.Range))
        {
            int threads = (m * k / 8) + 127;
            group.Run(first =>
            {
                for (int i = first; i < threads; i += 128)
                    RoundedParts.Run<T>(inputs.Address, rounded.Address, m * k, parts, i);
            });
        }

        Matrix<T>[] matrices = [new(random, m, n, k), new(random, m, n / 4 * 2, k), new(random, m, 2, k)];
        var product = new WarpgroupProduct.Arguments
        {
            X = rounded.Address,
            First = matrices[0].Factor,
            Second = matrices[1].Factor,
            Third = matrices[2].Factor,
            Rows = m,
            Depth = k,
            Accumulate = accumulate ? 1 : 0,
            Parts = parts,
        };
        TTile tile = default;
        for (int i = 0; i < TilePlace.Count(product, tile.Rows, tile.Columns); i++)
        {
            int number = i;
            using var group = new EmulatedGroup(
                tile.Threads, tile.Stages * tile.StageBytes, [rounded.Range, .. matrices.SelectMany(matrix => matrix.Ranges)]);
            group.Run(thread => WarpgroupProduct.Run<T, TTile>(product, thread, number));
        }

        foreach (Matrix<T> matrix in matrices)
        {
            int columns = matrix.Factor.Columns;
            Expected[] expected = Reference.MatMul(x, matrix.Values, accumulate ? matrix.Before : null, m, columns, k);
            Expected[] roundings = Reference.MatMul([.. x.Select(Math.Abs)], [.. matrix.Values.Select(Math.Abs)], null, m, columns, k);
            Expected.AssertAll(
                [.. expected.Zip(roundings, (exact, sizes) => exact with { Error = exact.Error + (rounding * sizes.Value) })],
                matrix.Output.Read(),
                $"[{m}, {k}] · [{columns}, {k}] in {parts} parts");
            matrix.Dispose();
        }
    }

    /// <summary>A matrix and its product.</summary>
    private sealed class Matrix<T> : IDisposable
        where T : unmanaged, ITensorElement
    {
        private readonly NativeCopy<ushort> weights;

        public Matrix(Random random, int m, int n, int k)
        {
            bool half = typeof(T) == typeof(Float16Mma);
            ushort[] bits = [.. random.Normal(n * k).Select(
                value => half ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
            Values = [.. bits.Select(
                value => half ? (double)BitConverter.UInt16BitsToHalf(value) : BitConverter.UInt32BitsToSingle((uint)value << 16))];
            Before = random.Normal(m * n);
            (weights, Output) = (new(bits), new(Before));
            Factor = new() { W = weights.Address, Y = Output.Address, Columns = n };
        }

        public double[] Values { get; }

        public float[] Before { get; }

        public NativeCopy<float> Output { get; }

        public WarpgroupProduct.Factor Factor { get; }

        public IEnumerable<(long Start, long Bytes)> Ranges => [weights.Range, Output.Range];

        public void Dispose()
        {
            weights.Dispose();
            Output.Dispose();
        }
    }
}
