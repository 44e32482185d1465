namespace Homer.Kernels.Attention.Mma;

/// <summary>
/// The elements of a head that a kernel of attention computes with; shorter heads are padded. Stateless: call on default(T).
/// </summary>
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
