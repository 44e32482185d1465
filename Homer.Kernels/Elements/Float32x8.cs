namespace Homer.Kernels.Elements;

/// <summary>Eight 32-bit floats.</summary>
internal struct Float32x8
{
    public Float32x4 Low, High;

    /// <summary>Returns the dot product.</summary>
    public static float Dot(Float32x8 a, Float32x8 b) =>
        (a.Low.X * b.Low.X) + (a.Low.Y * b.Low.Y) + (a.Low.Z * b.Low.Z) + (a.Low.W * b.Low.W)
        + (a.High.X * b.High.X) + (a.High.Y * b.High.Y) + (a.High.Z * b.High.Z) + (a.High.W * b.High.W);

    /// <summary>Returns a + factor · b.</summary>
    public static Float32x8 MultiplyAdd(Float32x8 a, float factor, Float32x8 b) =>
        new() { Low = MultiplyAdd(a.Low, factor, b.Low), High = MultiplyAdd(a.High, factor, b.High) };

    private static Float32x4 MultiplyAdd(Float32x4 a, float factor, Float32x4 b) =>
        new() { X = a.X + (factor * b.X), Y = a.Y + (factor * b.Y), Z = a.Z + (factor * b.Z), W = a.W + (factor * b.W) };
}
