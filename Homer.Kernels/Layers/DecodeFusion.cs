using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#decode-fused-layers-and-gemv
/// <summary>
/// Decides when a layer's steps are fused: for so few tokens (decode) that the matrix products are bound by reading weights.
/// </summary>
internal static class DecodeFusion
{
    /// <summary>Returns whether every product of a fused launch goes to the body for few rows (GEMV).</summary>
    public static bool Fuse(
        ComputeDevice device, ArrayView<float> x, ArrayView<float> norm, int tokens, params ReadOnlySpan<WeightMatrix> weights)
    {
        foreach (WeightMatrix w in weights)
        {
            if (w.Type.IsGgml())
                return false;
        }

        if (device.GroupSize == 1)
            return tokens <= GemvLimit.MostRowsOnCpu;
        foreach (WeightMatrix w in weights)
        {
            if (!GpuGemv.Takes(device, x, w, tokens) || !GpuGemv.Takes(device, norm, w, tokens))
                return false;
        }

        return true;
    }
}
