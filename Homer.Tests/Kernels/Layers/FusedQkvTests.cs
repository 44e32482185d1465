using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Layers;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Layers;

public sealed class FusedQkvTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Normalizes_multiplies_rotates_and_appends_to_the_cache(string name)
    {
        ComputeDevice device = Open(name);
        var fused = new FusedQkv(device);
        var random = new Random(1);
        // Weights in blocks of ggml are not fused.
        foreach (WeightType type in Enum.GetValues<WeightType>().Where(type => !type.IsGgml()))
        {
            foreach (CacheType cacheType in Enum.GetValues<CacheType>())
            {
                foreach ((int tokens, int width, int heads, int kvHeads, int d, int offset) in new[]
                {
                    (1, 1, 1, 1, 2, 0), (1, 7, 3, 1, 6, 7), (2, 33, 3, 3, 24, 0), (3, 172, 4, 2, 10, 5), (1, 64, 7, 7, 14, 1),
                    (1, 128, 4, 2, 32, 33), (3, 1032, 2, 1, 6, 3), (2, 1096, 1, 1, 6, 0), (1, 3080, 1, 1, 4, 2),
                })
                    Projects(device, fused, type, cacheType, tokens, width, heads, kvHeads, d, offset, random);
            }
        }
    }

    private static void Projects(
        ComputeDevice device, FusedQkv fused, WeightType type, CacheType cacheType, int tokens, int width, int heads, int kvHeads, int d,
        int offset, Random random)
    {
        const int Layer = 1, Positions = 400;
        float[] c = random.Normal(Positions * d / 2), s = random.Normal(Positions * d / 2);
        int[] at = random.Below(tokens, Positions);
        using var cache = new TestCache(device, [2, offset + tokens + 3, 9], kvHeads, d, random, cacheType);
        using var queryWeights = new AnyWeights(device, type, heads * d, width, random);
        using var keyWeights = new AnyWeights(device, type, kvHeads * d, width, random);
        using var valueWeights = new AnyWeights(device, type, kvHeads * d, width, random);
        using var input = new NormedInput(device, tokens, width, random);
        using var query = new CanaryBuffer<float>(device, tokens * heads * d);
        using var positions = new CanaryBuffer<int>(device, at);
        using var cos = new CanaryBuffer<float>(device, c);
        using var sin = new CanaryBuffer<float>(device, s);
        bool launched = fused.TryLaunch(
            query.View, input.View, new(queryWeights.Matrix, keyWeights.Matrix, valueWeights.Matrix), new(cache.Cache, Layer, offset),
            positions.View,
            new() { Cos = cos.View, Sin = sin.View });
        Assert.Equal(device.GroupSize == 1 || width % 8 == 0, launched);
        if (!launched)
            return;

        Expected[] x = input.Multiplied(type);
        Expected[] q = Reference.MatMul(x, queryWeights.Values, tokens, heads * d, width);
        Expected[] k = Reference.MatMul(x, keyWeights.Values, tokens, kvHeads * d, width), v = Reference.MatMul(
            x, valueWeights.Values, tokens, kvHeads * d, width);
        (Expected[] turned, (Expected[][], Expected[][]) appended) = cache.Appended(Layer, offset, at, q, k, v, c, s);
        string what = $"{tokens} tokens of {width}, {heads}/{kvHeads} heads of {d} at {offset}, {type}, {cacheType}";
        Expected.AssertAll(turned, query.Read(), what);
        cache.AssertHolds(appended, what);
        input.AssertUnchanged();
    }
}
