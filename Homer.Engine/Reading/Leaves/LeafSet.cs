using Homer.Engine.Models;

namespace Homer.Engine.Reading.Leaves;

/// <summary>The leaves of one reading, as a store keeps them.</summary>
/// <param name="Keys">The keys of all leaves, from left to right.</param>
/// <param name="DocumentRoom">The number of document tokens that a chunk has room for.</param>
/// <param name="Words">The length of a leaf in 32-bit words.</param>
/// <param name="Provenance">What the leaves are made with.</param>
internal sealed record LeafSet(IReadOnlyList<string> Keys, int DocumentRoom, long Words, Provenance Provenance);
