// Tour: docs/kernels.md#activations-in-parts
using Homer.Kernels.Weights;

namespace Homer.Kernels.MatMul;

/// <summary>The number of 16-bit parts that 32-bit activations are split into, since tensor cores take both factors in 16 bits.</summary>
/// <remarks>
/// A number is the sum of its roundings: x = x₁ + x₂ + x₃ + …, where x₁ is x rounded, x₂ is x − x₁ rounded, and so on; each part costs one
/// more product. bfloat16 has 8 significant bits: one part is off by 2⁻⁹ of x, two by 2⁻¹⁸, three by 2⁻²⁷, less than x's own rounding.
/// binary16 has 11: one part is off by 2⁻¹², two by 2⁻²⁴; below 2⁻¹⁴ it loses bits, so two parts are off by 2⁻²⁵ at least, which matters
/// only where a whole row of x is that small. Beyond ±65504 parts saturate: two of them hold numbers up to ±131008, the second with 11
/// bits, and infinity becomes that largest number.
/// </remarks>
internal static class ActivationParts
{
    /// <summary>
    /// Returns the number of parts with which a product is as exact as one of 32-bit numbers. Parts for eight-bit weights are bfloat16.
    /// </summary>
    public static int For(WeightType type) => type == WeightType.Float16 ? 2 : 3;
}
