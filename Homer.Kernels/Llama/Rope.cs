using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>
/// Rotary position embedding (Su et al. 2021, arXiv 2104.09864), with the pairing of Llama in Hugging Face layout: element i of a head
/// turns with element i + head_dim / 2 by the angle position · θᵢ. Queries turn in place; keys and values move into the cache.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class Rope(ComputeDevice device)
{
    private readonly Action<KernelConfig, QueryKeyValue, Target, ArrayView<int>, ArrayView<float>, ArrayView<float>, HeadLayout> kernel =
        device.Load<QueryKeyValue, Target, ArrayView<int>, ArrayView<float>, ArrayView<float>, HeadLayout>(Kernel);

    /// <summary>Rotates the queries and appends the keys and values of <paramref name="tokens"/> tokens to a layer of the cache.</summary>
    /// <param name="query">[tokens, heads, head_dim], rotated in place.</param>
    /// <param name="key">[tokens, kv_heads, head_dim].</param>
    /// <param name="value">[tokens, kv_heads, head_dim].</param>
    /// <param name="cache">The cache.</param>
    /// <param name="layer">The layer of the cache.</param>
    /// <param name="offset">The row of the cache at which the first token goes.</param>
    /// <param name="positions">[tokens], each less than the length of the table.</param>
    /// <param name="cos">The table of cosines [positions, head_dim / 2].</param>
    /// <param name="sin">The table of sines [positions, head_dim / 2].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="heads">Query heads.</param>
    public void Launch(
        ArrayView<float> query, ArrayView<float> key, ArrayView<float> value, KeyValueCache cache, int layer, int offset,
        ArrayView<int> positions, ArrayView<float> cos, ArrayView<float> sin, int tokens, int heads) =>
        kernel(
            device.Grid(tokens), new() { Query = query, Key = key, Value = value }, new() { Keys = cache.Keys(layer), Values = cache.Values(layer) },
            positions, cos, sin, new(cache, layer, offset, tokens, heads));

    internal static void Kernel(QueryKeyValue source, Target target, ArrayView<int> positions, ArrayView<float> cos, ArrayView<float> sin, HeadLayout layout)
    {
        int d = layout.HeadDim, half = d / 2;
        for (int t = Grid.IdxX; t < layout.Tokens; t += Grid.DimX)
        {
            ArrayView<float> c = cos.SubView((long)positions[t] * half, half), s = sin.SubView((long)positions[t] * half, half);
            for (int h = 0; h < layout.Heads; h++)
            {
                ArrayView<float> query = source.Query.SubView(layout.Row(t, layout.Heads, h), d);
                Rows.Rotate(query, query, c, s, half);
            }

            for (int h = 0; h < layout.KvHeads; h++)
            {
                long from = layout.Row(t, layout.KvHeads, h), to = layout.CacheRow(h, t);
                Rows.Rotate(target.Keys.SubView(to, d), source.Key.SubView(from, d), c, s, half);
                Rows.Copy(target.Values.SubView(to, d), source.Value.SubView(from, d), d);
            }
        }
    }

    internal struct QueryKeyValue
    {
        public ArrayView<float> Query;
        public ArrayView<float> Key;
        public ArrayView<float> Value;
    }

    internal struct Target
    {
        public ArrayView<float> Keys;
        public ArrayView<float> Values;
    }
}
