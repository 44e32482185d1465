using ILGPU;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>Q4_0: 32 integers of four bits, −8 … 7, and a scale.</summary>
internal readonly struct Q40 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 18;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 2, i) - 8;
}

/// <summary>Q4_1: 32 integers of four bits, 0 … 15, a scale and an offset.</summary>
internal readonly struct Q41 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 20;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0), Offset = BlockBits.Half(block, 2) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 4, i);
}

/// <summary>Q5_0: 32 integers of five bits, −16 … 15, whose highest bits lie apart, and a scale.</summary>
internal readonly struct Q50 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 22;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => (BlockBits.Nibble(block, 6, i) | (BlockBits.Bit(block, 2, i) << 4)) - 16;
}

/// <summary>Q5_1: 32 integers of five bits, 0 … 31, a scale and an offset.</summary>
internal readonly struct Q51 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 24;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0), Offset = BlockBits.Half(block, 2) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Nibble(block, 8, i) | (BlockBits.Bit(block, 4, i) << 4);
}

/// <summary>Q8_0: 32 integers of eight bits and a scale.</summary>
internal readonly struct Q80 : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 34;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.Signed(block.At(2 + i));
}

/// <summary>IQ4_NL: 32 codes of four bits that stand for the numbers of a table, and a scale.</summary>
internal readonly struct Iq4Nl : IGgmlFormat
{
    public int BlockLength => 32;

    public int BlockBytes => 18;

    public int GroupLength => 32;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new() { Scale = BlockBits.Half(block, 0) };

    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes => BlockBits.NonLinear(BlockBits.Nibble(block, 2, i));
}

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
