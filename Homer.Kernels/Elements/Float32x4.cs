namespace Homer.Kernels.Elements;

/// <summary>Four 32-bit floats, 16 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Float32x4
{
    public float X, Y, Z, W;
}
