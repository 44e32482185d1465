namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>
/// The number of binary16 parts that a kernel of attention splits queries and weights into. Kernels are compiled for each number, so that
/// missing parts take neither registers nor branches. Stateless: call on default(T).
/// </summary>
internal interface IParts
{
    int Count { get; }
}

/// <summary>One part: factors are rounded, with an error of 2⁻¹².</summary>
internal struct OnePart : IParts
{
    public readonly int Count => 1;
}

/// <summary>Two parts: as exact as with 32-bit factors.</summary>
internal struct TwoParts : IParts
{
    public readonly int Count => 2;
}
