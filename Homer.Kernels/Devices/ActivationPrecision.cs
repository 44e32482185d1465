namespace Homer.Kernels.Devices;

/// <summary>The treatment of 32-bit activations on tensor cores, which multiply factors of 16 bits.</summary>
public enum ActivationPrecision
{
    /// <summary>
    /// Activations are split into enough 16-bit parts to lose nothing, and each part is multiplied: three products for bfloat16, two for
    /// binary16.
    /// </summary>
    Full,

    /// <summary>
    /// Activations are rounded to the weights' type, in which most programs keep them: one product, with a relative error of 2⁻⁹ (bfloat16)
    /// or 2⁻¹² (binary16) of each activation.
    /// </summary>
    Rounded,
}
