namespace Homer.Kernels.Elements;

/// <summary>
/// The bits of eight stored elements: 16-bit ones fill the first half, 32-bit ones both; eight-bit ones take two fields and their block's
/// scale
/// a third.
/// </summary>
internal struct PackedEight
{
    public Word128 First, Second;

    /// <summary>Returns the dot product of eight elements, widened in pairs, and eight floats.</summary>
    public static float Dot(Float32x2 a, Float32x2 b, Float32x2 c, Float32x2 d, Float32x4 low, Float32x4 high) =>
        (a.Low * low.X) + (a.High * low.Y) + (b.Low * low.Z) + (b.High * low.W)
        + (c.Low * high.X) + (c.High * high.Y) + (d.Low * high.Z) + (d.High * high.W);
}
