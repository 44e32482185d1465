using Homer.Kernels.Devices;
using Homer.Kernels.Micro;
using Homer.Kernels.Tensors;
using ILGPU;

namespace Homer.Kernels.Llama;

/// <summary>Token embedding: hidden[t] = table[ids[t]].</summary>
/// <param name="device">The device to run on.</param>
public sealed class Embedding(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<Float32>, int, int> float32 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<Float32>, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<Float16>, int, int> float16 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<Float16>, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<BFloat16>, int, int> bfloat16 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<BFloat16>, int, int>(Kernel);

    /// <summary>Looks up <paramref name="tokens"/> rows.</summary>
    /// <param name="hidden">Output [tokens, hidden_size].</param>
    /// <param name="ids">[tokens], each in 0 … vocabulary − 1.</param>
    /// <param name="table">[vocabulary, hidden_size].</param>
    /// <param name="tokens">The number of tokens.</param>
    public void Launch(ArrayView<float> hidden, ArrayView<int> ids, WeightMatrix table, int tokens)
    {
        KernelConfig grid = device.Grid(tokens);
        switch (table.Type)
        {
            case WeightType.Float32: float32(grid, hidden, ids, table.View<Float32>(), tokens, table.Columns); break;
            case WeightType.Float16: float16(grid, hidden, ids, table.View<Float16>(), tokens, table.Columns); break;
            default: bfloat16(grid, hidden, ids, table.View<BFloat16>(), tokens, table.Columns); break;
        }
    }

    internal static void Kernel<T>(ArrayView<float> hidden, ArrayView<int> ids, ArrayView<T> table, int tokens, int width)
        where T : unmanaged, IWeightElement
    {
        ItemShare share = Sharing.Of(tokens);
        for (int t = share.First; t < share.End; t += share.Step)
            Rows.Decode(hidden.SubView((long)t * width, width), table.SubView((long)ids[t] * width, width), width);
    }
}
