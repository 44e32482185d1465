using System.Runtime.InteropServices;
using Homer.Kernels.TensorCores;
using Homer.Kernels.Tensors;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.TensorCores;

/// <summary>The kernels themselves, run by an <see cref="EmulatedGroup"/>, against a product in 64 bits.</summary>
public sealed unsafe class WarpgroupProductTests
{
    // Around the edges of tiles of 128 × 256, of 64 of the depth and of four stages.
    public static TheoryData<int, int, int, bool> Shapes => new()
    {
        { 1, 2, 8, false }, { 128, 256, 64, true }, { 129, 6, 72, true }, { 33, 258, 320, false },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Bfloat16_in_three_parts_is_as_exact_as_32_bits(int m, int n, int k, bool accumulate) => Multiplies<BFloat16>(m, n, k, accumulate, 3, 0);

    // Around the edges of tiles of 64 × 64 and of eight stages.
    [Theory, InlineData(5, 2, 8, false), InlineData(64, 64, 64, true), InlineData(65, 130, 200, true), InlineData(17, 66, 720, false)]
    public void So_it_is_where_tiles_are_narrow(int m, int n, int k, bool accumulate)
    {
        Multiplies<BFloat16>(m, n, k, accumulate, 3, 0, narrow: true);
        Multiplies<Float16>(m, n, k, accumulate, 2, 0, narrow: true);
    }

    [Fact]
    public void Binary16_in_two_parts_is_as_exact_as_32_bits() => Multiplies<Float16>(65, 34, 136, true, 2, 0);

    [Fact]
    public void One_part_is_off_by_the_rounding_of_x()
    {
        Multiplies<BFloat16>(19, 22, 64, false, 1, 1.0 / 512);
        Multiplies<Float16>(19, 22, 64, false, 1, 1.0 / 4096);
    }

    private static void Multiplies<T>(int m, int n, int k, bool accumulate, int parts, double rounding, bool narrow = false)
        where T : unmanaged, ITensorElement, IWeightElement
    {
        var random = new Random(m + n + k);
        float[] x = random.Normal(m * k), before = random.Normal(m * n);
        ushort[] bits = [.. random.Normal(n * k).Select(value => typeof(T) == typeof(Float16) ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        double[] w = [.. MemoryMarshal.Cast<ushort, T>(bits).ToArray().Select(value => (double)value.ToSingle())];
        using var inputs = new NativeCopy<float>(x);
        using var weights = new NativeCopy<ushort>(bits);
        using var rounded = new NativeCopy<ushort>(new ushort[parts * m * k]);
        using var output = new NativeCopy<float>(before);
        using (var thread = new EmulatedGroup(128, inputs.Range, rounded.Range))
        {
            int threads = (m * k / 8) + 127;
            thread.Run(first =>
            {
                for (int i = first; i < threads; i += 128)
                    RoundedParts.Run<T>(inputs.Address, rounded.Address, m * k, parts, i);
            });
        }

        var product = new WarpgroupProduct.Arguments
        {
            X = rounded.Address,
            W = weights.Address,
            Y = output.Address,
            Rows = m,
            Columns = n,
            Depth = k,
            Accumulate = accumulate ? 1 : 0,
            Parts = parts,
        };
        for (int tile = 0; tile < (narrow ? NarrowProduct.Tiles(m, n) : WarpgroupProduct.Tiles(m, n)); tile++)
        {
            int number = tile;
            using var group = new EmulatedGroup(
                narrow ? NarrowTiling.Threads : WarpgroupTiling.Threads, narrow ? NarrowTiling.SharedBytes : WarpgroupTiling.SharedBytes, rounded.Range, weights.Range, output.Range);
            group.Run(narrow ? thread => NarrowProduct.Run<T>(product, thread, number) : thread => WarpgroupProduct.Run<T>(product, thread, number));
        }

        Bounded[] expected = Reference.MatMul(x, w, accumulate ? before : null, m, n, k);
        Bounded[] roundings = Reference.MatMul([.. x.Select(Math.Abs)], [.. w.Select(Math.Abs)], null, m, n, k);
        Bounded.AssertAll(
            [.. expected.Zip(roundings, (exact, sizes) => exact with { Error = exact.Error + (rounding * sizes.Value) })], output.Read(), $"[{m}, {k}] · [{n}, {k}] in {parts} parts");
    }

    /// <summary>Memory whose address is a multiple of 16.</summary>
    private sealed class NativeCopy<T> : IDisposable
        where T : unmanaged
    {
        private readonly T* memory;
        private readonly int count;

        public NativeCopy(T[] values)
        {
            count = values.Length;
            memory = (T*)NativeMemory.AlignedAlloc((nuint)Range.Bytes, WarpgroupTiling.Chunk);
            values.CopyTo(new Span<T>(memory, count));
        }

        public long Address => (long)memory;

        public (long Start, long Bytes) Range => (Address, (long)count * sizeof(T));

        public T[] Read() => new Span<T>(memory, count).ToArray();

        public void Dispose() => NativeMemory.AlignedFree(memory);
    }
}
