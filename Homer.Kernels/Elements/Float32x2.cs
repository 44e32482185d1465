namespace Homer.Kernels.Elements;

/// <summary>Two neighbouring elements, widened to 32-bit floats.</summary>
internal struct Float32x2
{
    public float Low, High;
}
