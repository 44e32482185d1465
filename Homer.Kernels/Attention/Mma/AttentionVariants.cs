namespace Homer.Kernels.Attention.Mma;

/// <summary>
/// How many binary16 parts a kernel of attention splits queries and weights into. It is compiled for each: what is not there takes neither registers nor branches.
/// What members are called on does not matter.
/// </summary>
internal interface IParts
{
    int Count { get; }
}

/// <summary>Rounded: off by 2⁻¹².</summary>
internal struct OnePart : IParts
{
    public readonly int Count => 1;
}

/// <summary>As exact as with 32-bit factors.</summary>
internal struct TwoParts : IParts
{
    public readonly int Count => 2;
}

/// <summary>The elements of a head that a kernel of attention computes with; shorter heads are filled up. What members are called on does not matter.</summary>
internal interface IHeadWidth
{
    int Elements { get; }
}

/// <summary>Heads of up to 64 elements.</summary>
internal struct Heads64 : IHeadWidth
{
    public readonly int Elements => 64;
}

/// <summary>Heads of up to 128 elements.</summary>
internal struct Heads128 : IHeadWidth
{
    public readonly int Elements => 128;
}
