namespace Homer.Kernels.Devices;

/// <summary>What becomes of 32-bit activations that are multiplied by 16-bit weights on tensor cores, whose factors are both of 16 bits.</summary>
public enum ActivationPrecision
{
    /// <summary>They are split into as many 16-bit parts as it takes to lose nothing, and each part is multiplied: three products for bfloat16, two for binary16.</summary>
    Full,

    /// <summary>They are rounded to the weights' type, as most programs keep them: one product, off by 2⁻⁹ (bfloat16) or 2⁻¹² (binary16) of each activation.</summary>
    Rounded,
}
