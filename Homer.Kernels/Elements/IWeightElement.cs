namespace Homer.Kernels.Elements;

/// <summary>
/// An element as weights are stored. Kernels are generic over it, so that 16-bit weights are widened to 32 bits in registers and
/// never copied in memory.
/// </summary>
public interface IWeightElement
{
    /// <summary>The exact value as a 32-bit float.</summary>
    float ToSingle();
}

/// <summary>An element that keys and values can be stored as: one that kernels also write.</summary>
/// <typeparam name="TSelf">The element itself.</typeparam>
public interface ICacheElement<TSelf> : IWeightElement
{
    /// <summary>The element nearest to a 32-bit float; what it is called on does not matter.</summary>
    TSelf FromSingle(float value);
}
