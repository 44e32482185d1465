namespace Homer.Kernels.Elements;

/// <summary>
/// A weight as it is stored. Kernels are generic over the element type, so that 16-bit weights are widened to 32 bits in registers, without
/// a
/// copy in memory.
/// </summary>
public interface IWeightElement
{
    /// <summary>Returns the exact value as a 32-bit float.</summary>
    float ToSingle();
}

/// <summary>An element type of the KV cache: one that kernels also write.</summary>
/// <typeparam name="TSelf">The element itself.</typeparam>
public interface ICacheElement<TSelf> : IWeightElement
{
    /// <summary>Rounds a 32-bit float to the nearest element. Stateless: call on <c>default(TSelf)</c>.</summary>
    TSelf FromSingle(float value);
}
