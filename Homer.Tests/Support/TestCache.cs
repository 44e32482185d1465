using Homer.Kernels.Devices;
using Homer.Kernels.Tensors;

namespace Homer.Tests.Support;

/// <summary>A cache filled with random numbers, and the same numbers on the host, so that a test can tell every change.</summary>
internal sealed class TestCache : IDisposable
{
    private readonly int[] capacities;

    public TestCache(ComputeDevice device, int[] capacities, int kvHeads, int headDim, Random random)
    {
        this.capacities = capacities;
        Cache = new(device, capacities, kvHeads, headDim);
        Keys = [.. capacities.Select(capacity => random.Normal(kvHeads * capacity * headDim))];
        Values = [.. capacities.Select(capacity => random.Normal(kvHeads * capacity * headDim))];
        for (int l = 0; l < capacities.Length; l++)
            Cache.Write(l, Keys[l], Values[l], capacities[l]);
    }

    public KeyValueCache Cache { get; }

    /// <summary>What was written: [layer][kv_heads, capacity, head_dim].</summary>
    public float[][] Keys { get; }

    /// <inheritdoc cref="Keys"/>
    public float[][] Values { get; }

    /// <summary>The element at which a row of a head begins.</summary>
    public int Row(int layer, int head, int row) => ((head * capacities[layer]) + row) * Cache.HeadDim;

    /// <summary>Expects the cache as it was written, to be changed by the test where a kernel should have.</summary>
    public (Bounded[][] Keys, Bounded[][] Values) Unchanged() =>
        ([.. Keys.Select(keys => Bounded.Exactly(keys))], [.. Values.Select(values => Bounded.Exactly(values))]);

    /// <summary>Fails unless every element of every layer is as expected.</summary>
    public void AssertHolds((Bounded[][] Keys, Bounded[][] Values) expected, string what)
    {
        for (int l = 0; l < capacities.Length; l++)
        {
            (float[] keys, float[] values) = Cache.Read(l, capacities[l]);
            Bounded.AssertAll(expected.Keys[l], keys, $"{what}: keys of layer {l}");
            Bounded.AssertAll(expected.Values[l], values, $"{what}: values of layer {l}");
        }
    }

    public void Dispose() => Cache.Dispose();
}
