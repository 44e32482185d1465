using ILGPU;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>The bytes of one block, wherever they lie.</summary>
internal interface IBlockBytes
{
    /// <summary>Returns byte i, 0 … 255.</summary>
    int At(int i);
}

/// <summary>A block in the memory of the host.</summary>
internal readonly unsafe struct HostBlock(byte* start) : IBlockBytes
{
    public int At(int i) => start[i];
}

/// <summary>A block in the memory of a device, as kernels see it.</summary>
internal readonly struct DeviceBlock(ArrayView<byte> bytes, long start) : IBlockBytes
{
    private readonly ArrayView<byte> bytes = bytes;
    private readonly long start = start;

    public int At(int i) => bytes[start + i];
}
