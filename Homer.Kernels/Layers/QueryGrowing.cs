using Homer.Kernels.Devices;
using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#rowsum-and-scaling
/// <summary>
/// Multiplies the queries of a token at position p by 1 + β · ln(1 + ⌊p / window⌋): Ministral 3, after Llama 4.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class QueryGrowing(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, int, int, float> kernel =
        device.Load<ArrayView<float>, ArrayView<int>, int, int, float>(Kernel);

    /// <summary>Scales queries in place.</summary>
    /// <param name="query">[tokens, width].</param>
    /// <param name="positions">[tokens].</param>
    /// <param name="tokens">The number of tokens.</param>
    /// <param name="window">The positions that leave queries as they are.</param>
    /// <param name="beta">β.</param>
    public void Launch(ArrayView<float> query, ArrayView<int> positions, int tokens, int window, float beta) =>
        kernel(device.Grid(tokens), query.SubView(0, query.Length / tokens * tokens), positions.SubView(0, tokens), tokens, window, beta);

    // Groups take tokens in strides of the grid, and the threads of a group the elements in strides of the group.
    internal static void Kernel(ArrayView<float> query, ArrayView<int> positions, int tokens, int window, float beta)
    {
        int width = (int)(query.Length / tokens);
        for (int t = Grid.IdxX; t < tokens; t += Grid.DimX)
        {
            float factor = 1 + (beta * XMath.Log(1 + (positions[t] / window)));
            for (int i = Group.IdxX; i < width; i += Group.DimX)
                query[((long)t * width) + i] *= factor;
        }
    }
}
