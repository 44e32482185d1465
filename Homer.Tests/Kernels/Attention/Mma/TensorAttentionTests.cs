using Homer.Kernels.Attention.Mma;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.TensorCores;
using Homer.Tests.Kernels.TensorCores;
using Homer.Tests.Support;
using ILGPU;

namespace Homer.Tests.Kernels.Attention.Mma;

/// <summary>The kernel itself, run by an <see cref="EmulatedGroup"/>, against attention in 64 bits.</summary>
public sealed class TensorAttentionTests : DeviceTests
{
    // Around the edges of 64 queries and 64 keys, and of heads of 64 and 128 elements.
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 1, 0, 0, 1, 1, 8 }, { 64, 0, 0, 1, 1, 64 }, { 17, 63, 3, 2, 1, 40 }, { 65, 1, 0, 1, 2, 16 }, { 20, 130, 5, 1, 2, 128 },
        { 3, 64, 1, 1, 1, 72 }, { 66, 130, 0, 1, 1, 104 },
        // The last key of a tile is one that only the first query of a whole group does not see.
        { 64, 62, 0, 1, 1, 16 },
    };

    private const int Layer = 1;

    private delegate void Kernel(
        ArrayView<float> output, ArrayView<float> query, LayerAddresses cached, HeadLayout layout, int past, GridThread place);

    [Theory, MemberData(nameof(Shapes))]
    public void Two_parts_are_as_exact_as_32_bits(int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d) =>
        Attends(Open("cpu"), CacheType.Float16, tokens, past, offset, kvHeads, queriesPerKey, d, 1, TensorAttention.FullParts, 0);

    [Theory, MemberData(nameof(Shapes))]
    public void So_are_two_parts_of_32_bit_keys_and_values(int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d) =>
        Attends(Open("cpu"), CacheType.Float32, tokens, past, offset, kvHeads, queriesPerKey, d, 1, TensorAttention.FullParts, 0);

    // Large logits overflow where the maximum is not taken off first.
    [Theory, InlineData(CacheType.Float16), InlineData(CacheType.Float32)]
    public void Large_scores_do_not_overflow(CacheType type) =>
        Attends(Open("cpu"), type, 18, 70, 0, 1, 1, 32, 20, TensorAttention.FullParts, 0);

    [Theory]
    [InlineData(CacheType.Float16, 32), InlineData(CacheType.Float32, 32)]
    [InlineData(CacheType.Float16, 128), InlineData(CacheType.Float32, 104)]
    public void One_part_is_off_by_the_rounding(CacheType type, int d) => Attends(Open("cpu"), type, 18, 70, 0, 1, 1, d, 1, 1, 1.0 / 256);

    // Maxima pass over NaN; powers, products and sums do not.
    [Theory, InlineData(CacheType.Float16, 1), InlineData(CacheType.Float16, 2), InlineData(CacheType.Float32, 2)]
    public void A_NaN_query_spoils_its_own_row_alone(CacheType type, int parts)
    {
        const int Tokens = 20, Past = 70, Dimensions = 40, Broken = 3;
        ComputeDevice device = Open("cpu");
        var random = new Random(1);
        float[] q = random.Normal(Tokens * Dimensions, 1);
        q[(Broken * Dimensions) + 17] = float.NaN;
        using var cache = new TestCache(device, [4, Past + Tokens, 5], 1, Dimensions, random, type);
        float[] output = Run(device, cache, type, q, Tokens, Past, 0, 1, parts);
        for (int i = 0; i < output.Length; i++)
            Assert.Equal(i / Dimensions == Broken, float.IsNaN(output[i]));
    }

    private static void Attends(
        ComputeDevice device, CacheType type, int tokens, int past, int offset, int kvHeads, int queriesPerKey, int d, double magnitude,
        int parts, double rounding)
    {
        int heads = kvHeads * queriesPerKey;
        var random = new Random(tokens + past);
        float[] q = random.Normal(tokens * heads * d, magnitude);
        using var cache = new TestCache(device, [4, offset + past + tokens + 3, 5], kvHeads, d, random, type);
        float[] output = Run(device, cache, type, q, tokens, past, offset, heads, parts);
        var expected = new List<Expected>();
        for (int t = 0; t < tokens; t++)
        {
            for (int h = 0; h < heads; h++)
            {
                int first = cache.Row(Layer, h / queriesPerKey, offset), seen = (past + t + 1) * d;
                expected.AddRange(Reference.Attention(
                    q.AsSpan(((t * heads) + h) * d, d), cache.Keys[Layer].AsSpan(first, seen), cache.Values[Layer].AsSpan(first, seen)));
            }
        }

        string what =
            $"{tokens} tokens after {past} at {offset}, {heads}/{kvHeads} heads of {d}, queries times {magnitude}, {parts} parts, {type}";
        double floor = type == CacheType.Float32 ? TensorAttention.Floor : 0;
        Expected.AssertAll([.. expected.Select(exact => exact with { Error = exact.Error + rounding + floor })], output, what);
        cache.AssertHolds(cache.Unchanged(), what);
    }

    private static float[] Run(
        ComputeDevice device, TestCache cache, CacheType type, float[] q, int tokens, int past, int offset, int heads, int parts)
    {
        const int Groups = 2;
        using var query = new CanaryBuffer<float>(device, q);
        using var output = new CanaryBuffer<float>(device, q.Length);
        var rows = new LayerRows(cache.Cache, Layer, offset);
        var layout = new HeadLayout(rows, tokens, heads);
        LayerAddresses cached = rows.Addresses;
        long bytes = (long)layout.KvHeads * layout.Capacity * layout.HeadDim * (type == CacheType.Float32 ? sizeof(float) : sizeof(ushort));
        Kernel kernel = (type == CacheType.Float32, parts == 1, layout.HeadDim <= 64) switch
        {
            (false, false, false) => TensorAttention.Run<TwoParts, Heads128>,
            (false, false, true) => TensorAttention.Run<TwoParts, Heads64>,
            (false, true, false) => TensorAttention.Run<OnePart, Heads128>,
            (false, true, true) => TensorAttention.Run<OnePart, Heads64>,
            (true, false, false) => SplitTensorAttention.Run<TwoParts, Heads128>,
            (true, false, true) => SplitTensorAttention.Run<TwoParts, Heads64>,
            (true, true, false) => SplitTensorAttention.Run<OnePart, Heads128>,
            (true, true, true) => SplitTensorAttention.Run<OnePart, Heads64>,
        };
        // The emulated group runs outside of the device's queue.
        device.Flush();
        for (int i = 0; i < Groups; i++)
        {
            int number = i;
            var (to, from) = (output.View, query.View);
            using var group = new EmulatedGroup(AttentionTiling.Threads, (cached.Keys, bytes), (cached.Values, bytes));
            group.Run(thread => kernel(to, from, cached, layout, past, new(thread, number, Groups)));
        }

        return output.Read();
    }
}
