using ILGPU;
using ILGPU.Algorithms;

namespace Homer.Kernels.Rows;

/// <summary>Pooling of scores over neighbours.</summary>
internal static class WindowMax
{
    /// <summary>
    /// Returns the largest of the values first … end − 1 that are no farther than <paramref name="radius"/> from value <paramref
    /// name="i"/>.
    /// </summary>
    public static float Of(ArrayView<float> values, int first, int end, int i, int radius)
    {
        float max = values[i];
        for (int j = XMath.Max(first, i - radius); j <= XMath.Min(end - 1, i + radius); j++)
            max = XMath.Max(max, values[j]);
        return max;
    }
}
