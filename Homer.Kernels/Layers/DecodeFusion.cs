using Homer.Kernels.Devices;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Gpu;
using Homer.Kernels.Weights;
using ILGPU;

namespace Homer.Kernels.Layers;

/// <summary>When a layer's steps are fused: for so few tokens that reading weights is what takes the time, so that products do nothing else together.</summary>
internal static class DecodeFusion
{
    /// <summary>Whether all products of a fused launch are ones of few rows.</summary>
    public static bool Fuse(ComputeDevice device, ArrayView<float> x, ArrayView<float> norm, int tokens, params ReadOnlySpan<WeightMatrix> weights)
    {
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
