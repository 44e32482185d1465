using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>Rows of blocks as kernels read them; a parameter of kernels.</summary>
/// <typeparam name="TFormat">The format of the blocks.</typeparam>
/// <param name="bytes">The blocks [rows, blocks of a row].</param>
/// <param name="columns">Elements of a row, whole blocks.</param>
internal readonly struct GgmlWeights<TFormat>(ArrayView<byte> bytes, int columns)
    where TFormat : unmanaged, IGgmlFormat
{
    private readonly ArrayView<byte> bytes = bytes;
    private readonly int columns = columns;

    /// <summary>Returns an element, on any device.</summary>
    public float At(long row, int column)
    {
        int length = default(TFormat).BlockLength, i = column % length;
        long index = (row * (columns / length)) + (column / length);
        var block = new DeviceBlock(bytes, index * default(TFormat).BlockBytes);
        GroupScale group = default(TFormat).Scale(block, i / default(TFormat).GroupLength);
        return (group.Scale * default(TFormat).Number(block, i)) + group.Offset;
    }

    /// <summary>Returns, on the CPU, the address of the block in which an element lies.</summary>
    public unsafe byte* OnCpu(int row = 0, int column = 0)
    {
        int length = default(TFormat).BlockLength;
        long index = ((long)row * (columns / length)) + (column / length);
        return (byte*)bytes.LoadEffectiveAddressAsPtr() + (index * default(TFormat).BlockBytes);
    }
}
