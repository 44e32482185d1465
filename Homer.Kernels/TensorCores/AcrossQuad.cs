// Tour: docs/kernels.md#tensorproduct
using ILGPU.Algorithms;

namespace Homer.Kernels.TensorCores;

/// <summary>Reductions over the four threads of a quad, which hold the same rows of a fragment. All four get the result.</summary>
internal static class AcrossQuad
{
    /// <summary>Returns the largest of the four values.</summary>
    public static float Max(float value)
    {
        value = XMath.Max(value, TensorInstructions.FromNeighbour(value));
        return XMath.Max(value, TensorInstructions.FromNextPair(value));
    }

    /// <summary>Returns the sum of the four values.</summary>
    public static float Sum(float value)
    {
        value += TensorInstructions.FromNeighbour(value);
        return value + TensorInstructions.FromNextPair(value);
    }
}
