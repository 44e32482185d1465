using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Kernels;

namespace Homer.Tests.Support;

/// <summary>A KV cache of random numbers with a copy on the host, so that a test detects every change.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly int[] capacities;

    public TestCache(ComputeDevice device, int[] capacities, int kvHeads, int headDim, Random random, CacheType type = CacheType.Float32)
    {
        this.capacities = capacities;
        Cache = new(device, capacities, kvHeads, headDim, type);
        Keys = [.. capacities.Select(capacity => Normal(capacity))];
        Values = [.. capacities.Select(capacity => Normal(capacity))];
        for (int l = 0; l < capacities.Length; l++)
            Cache.Write(l, Keys[l], Values[l], capacities[l]);

        // Numbers that the cache can represent exactly.
        float[] Normal(int capacity) =>
            [.. random.Normal(kvHeads * capacity * headDim).Select(x => type == CacheType.Float32 ? x : (float)(Half)x)];
    }

    public KeyValueCache Cache { get; }

    /// <summary>The content before the test [layer][kv_heads, capacity, head_dim].</summary>
    public float[][] Keys { get; }

    /// <inheritdoc cref="Keys"/>
    public float[][] Values { get; }

    /// <summary>Returns the index of the first element of a head's row.</summary>
    public int Row(int layer, int head, int row) => ((head * capacities[layer]) + row) * Cache.HeadDim;

    /// <summary>
    /// Returns what a kernel may store for a result: rounding to 16 bits adds an error of half a unit in the last of 11 bits, or of half
    /// the smallest subnormal number.
    /// </summary>
    public Expected Stored(Expected result) => Cache.Type == CacheType.Float32
        ? result
        : new(result.Value, result.Error + ((Math.Abs(result.Value) + result.Error) / (1 << 11)) + (1.0 / (1 << 25)));

    /// <summary>Returns the content before the test as the expected one; the test changes it where a kernel should write.</summary>
    public (Expected[][] Keys, Expected[][] Values) Unchanged() =>
        ([.. Keys.Select(keys => Expected.Exactly(keys))], [.. Values.Select(values => Expected.Exactly(values))]);

    /// <summary>Expects queries turned to their positions, and as many tokens' keys, turned, and values appended to a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="offset">The row of the first token.</param>
    /// <param name="at">Positions [tokens].</param>
    /// <param name="q">[tokens, heads, head_dim].</param>
    /// <param name="k">[tokens, kv_heads, head_dim].</param>
    /// <param name="v">As k.</param>
    /// <param name="cos">[positions, head_dim / 2].</param>
    /// <param name="sin">As cos.</param>
    public (Expected[] Queries, (Expected[][] Keys, Expected[][] Values) Cache) Appended(
        int layer, int offset, int[] at, Expected[] q, Expected[] k, Expected[] v, float[] cos, float[] sin)
    {
        int d = Cache.HeadDim, heads = q.Length / (at.Length * d);
        var turned = new List<Expected>();
        (Expected[][] keys, Expected[][] values) = Unchanged();
        for (int t = 0; t < at.Length; t++)
        {
            ReadOnlySpan<float> cosines = cos.AsSpan(at[t] * d / 2, d / 2), sines = sin.AsSpan(at[t] * d / 2, d / 2);
            for (int h = 0; h < heads; h++)
                turned.AddRange(Reference.Rotate(q.AsSpan(((t * heads) + h) * d, d), cosines, sines));
            for (int h = 0; h < Cache.KvHeads; h++)
            {
                int from = ((t * Cache.KvHeads) + h) * d, to = Row(layer, h, offset + t);
                Array.ConvertAll(Reference.Rotate(k.AsSpan(from, d), cosines, sines), Stored).CopyTo(keys[layer], to);
                Array.ConvertAll(v[from..(from + d)], Stored).CopyTo(values[layer], to);
            }
        }

        return ([.. turned], (keys, values));
    }

    /// <summary>Fails unless every element of every layer is as expected.</summary>
    public void AssertHolds((Expected[][] Keys, Expected[][] Values) expected, string what)
    {
        for (int l = 0; l < capacities.Length; l++)
        {
            (float[] keys, float[] values) = Cache.Read(l, capacities[l]);
            Expected.AssertAll(expected.Keys[l], keys, $"{what}: keys of layer {l}");
            Expected.AssertAll(expected.Values[l], values, $"{what}: values of layer {l}");
        }
    }

    public void Dispose() => Cache.Dispose();
}
