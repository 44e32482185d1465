using Homer.Kernels.Elements;

namespace Homer.Engine.Methods.Recall;

/// <summary>The keys that are kept of consecutive tokens of a document, in host memory.</summary>
/// <param name="Elements">[tokens, heads, head_dim].</param>
/// <param name="Scales">[tokens, heads].</param>
public sealed record RecallPart(ReadOnlyMemory<sbyte> Elements, ReadOnlyMemory<Float16> Scales)
{
    /// <summary>Returns the number of tokens.</summary>
    /// <param name="heads">The number of heads whose keys are kept.</param>
    public int TokensOf(int heads) => Scales.Length / heads;
}
