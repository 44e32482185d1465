using ILGPU;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>
/// MXFP4: 32 floats of four bits (E2M1), and a power of two as their scale (OCP Microscaling Formats 1.0). Numbers are twice the floats,
/// which makes them integers, and scales half the powers.
/// </summary>
internal readonly struct Mxfp4 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 17;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes
    {
        // 2^(e − 128): the two smallest are subnormal.
        int e = block.At(0);
        return new() { Scale = Interop.IntAsFloat(e < 2 ? 0x00200000u << e : (uint)(e - 1) << 23) };
    }

    // 0 1 2 3 4 6 8 12, and the same with a sign.
    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes =>
        BlockBits.Lookup(0x03020100, 0x0c080604, 0xfdfeff00, 0xf4f8fafc, BlockBits.Nibble(block, 1, i));
}
