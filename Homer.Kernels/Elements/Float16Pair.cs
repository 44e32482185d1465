using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Elements;

/// <summary>Widens two neighbouring binary16 values at once: one instruction each on NVIDIA GPUs, integer operations elsewhere.</summary>
internal static class Float16Pair
{
    /// <summary>Returns the values of two binary16; the first is the lower half of <paramref name="bits"/>.</summary>
    /// <remarks>The backends' bodies are registered in <c>BackendBodies</c>, since elements lie below them.</remarks>
    [IntrinsicImplementation]
    public static Float32x2 Decode(uint bits) => DecodeBits(bits);

    /// <summary>Decodes both values by <see cref="Float16.ToSingle"/>, which every device can do.</summary>
    public static Float32x2 DecodeBits(uint bits) =>
        new() { Low = new Float16((ushort)bits).ToSingle(), High = new Float16((ushort)(bits >> 16)).ToSingle() };
}
