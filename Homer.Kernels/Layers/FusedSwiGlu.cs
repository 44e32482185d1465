using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Layers.Gpu;
using Homer.Kernels.MatMul;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// The first half of the MLP for few tokens (decode) in one launch: y = silu(norm(x)·gateᵀ) · (norm(x)·upᵀ). <see cref="RmsNorm"/>,
/// <see cref="Linear"/> and <see cref="SwiGlu"/> take any number of tokens.
/// </summary>
/// <param name="device">The device to run on.</param>
public sealed class FusedSwiGlu(ComputeDevice device)
{
    private readonly Action<KernelConfig, NormedRows, StoredWeights<Float32>, StoredWeights<Float32>, ArrayView<float>, int> float32 =
        device.Load<NormedRows, StoredWeights<Float32>, StoredWeights<Float32>, ArrayView<float>, int>(Kernel);

    private readonly Action<KernelConfig, NormedRows, StoredWeights<Float16>, StoredWeights<Float16>, ArrayView<float>, int> float16 =
        device.Load<NormedRows, StoredWeights<Float16>, StoredWeights<Float16>, ArrayView<float>, int>(Kernel);

    private readonly Action<KernelConfig, NormedRows, StoredWeights<BFloat16>, StoredWeights<BFloat16>, ArrayView<float>, int> bfloat16 =
        device.Load<NormedRows, StoredWeights<BFloat16>, StoredWeights<BFloat16>, ArrayView<float>, int>(Kernel);

    private readonly Action<KernelConfig, NormedRows, Int8Weights, Int8Weights, ArrayView<float>, int> int8 =
        device.Load<NormedRows, Int8Weights, Int8Weights, ArrayView<float>, int>(Kernel);

    /// <summary>Launches the fused kernel if it applies to these rows, weights and device.</summary>
    /// <param name="y">Output [rows, gate.Rows].</param>
    /// <param name="x">Input [rows, gate.Columns].</param>
    /// <param name="norm">The norm's weight [gate.Columns].</param>
    /// <param name="epsilon">The norm's ε.</param>
    /// <param name="gate">Weights [intermediate_size, hidden_size].</param>
    /// <param name="up">Weights of the same shape and type.</param>
    /// <param name="rows">The number of rows.</param>
    /// <returns>False if the fused path does not apply; nothing is launched then.</returns>
    public bool TryLaunch(
        ArrayView<float> y, ArrayView<float> x, ArrayView<float> norm, float epsilon, WeightMatrix gate, WeightMatrix up, int rows)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(up);
        if (gate.Type != up.Type || !DecodeFusion.Fuse(device, x, norm, rows, gate, up))
            return false;
        var input = new NormedRows { Rows = x, Weight = norm, Epsilon = epsilon, Count = rows, Width = gate.Columns };
        KernelConfig grid = device.Grid((gate.Rows + SwiGluRowsGpu.Columns - 1) / SwiGluRowsGpu.Columns);
        switch (gate.Type)
        {
            case WeightType.Float32: float32(grid, input, gate.AsStored<Float32>(), up.AsStored<Float32>(), y, gate.Rows); break;
            case WeightType.Float16: float16(grid, input, gate.AsStored<Float16>(), up.AsStored<Float16>(), y, gate.Rows); break;
            case WeightType.BFloat16: bfloat16(grid, input, gate.AsStored<BFloat16>(), up.AsStored<BFloat16>(), y, gate.Rows); break;
            default: int8(grid, input, gate.Int8, up.Int8, y, gate.Rows); break;
        }

        return true;
    }

    [ResidentGroups(5)]
    internal static void Kernel<TWeights>(NormedRows x, TWeights gate, TWeights up, ArrayView<float> y, int n)
        where TWeights : struct, IWeightRows<TWeights> => SwiGluRows.Run(x, gate, up, y, n, Grid.IdxX, Grid.DimX);
}
