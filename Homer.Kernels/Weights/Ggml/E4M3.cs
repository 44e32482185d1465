using ILGPU;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>
/// FP8: 32 floats of eight bits (E4M3: a sign, four bits of exponent, three of fraction; Micikevicius et al. 2022, arXiv 2209.05433) and
/// a binary32 scale. No format of ggml's, but laid out in the same way from the tensors of a safetensors file. Numbers are 512 times the
/// floats, which makes them integers, and scales are divided by 512.
/// </summary>
internal readonly struct E4M3 : IGgmlFormat
{
    public int BlockLength => GgmlFormats.E4M3Length;

    public int BlockBytes => sizeof(float) + GgmlFormats.E4M3Length;

    public int GroupLength => GgmlFormats.E4M3Length;

    public GroupScale Scale<TBytes>(TBytes block, int group)
        where TBytes : struct, IBlockBytes => new()
        {
            Scale = Interop.IntAsFloat(
                (uint)(block.At(0) | (block.At(1) << 8) | (block.At(2) << 16) | (block.At(3) << 24))),
        };

    // m · 2⁻⁹ where the exponent e is 0, otherwise (8 + m) · 2^(e − 10). The two codes that are not numbers are refused while loading.
    public int Number<TBytes>(TBytes block, int i)
        where TBytes : struct, IBlockBytes
    {
        int code = block.At(sizeof(float) + i), exponent = (code >> 3) & 15, fraction = code & 7;
        int magnitude = exponent == 0 ? fraction : (8 + fraction) << (exponent - 1);
        return code < 128 ? magnitude : -magnitude;
    }
}
