using Homer.Engine.Models;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// The rule of a method for tokens that are read into a context, those of the document and new ones: which cached tokens are evicted to
/// make room, and what the attention of a layer is. A context owns its policy; a context without one keeps all tokens and attends to all.
/// </summary>
internal abstract class CachePolicy : IDisposable
{
    /// <summary>The most tokens that a layer holds, where tokens are evicted for new ones; null where all are kept.</summary>
    public virtual int? Limit => null;

    /// <summary>The most tokens that are read at once.</summary>
    public abstract int BlockLength { get; }

    /// <summary>
    /// Returns the number of positions that reading <paramref name="tokens"/> uses; scalings that depend on the length go by it.
    /// </summary>
    public virtual int PositionsOf(int tokens) => Math.Min(tokens, Limit ?? tokens);

    /// <summary>Makes room for a block of tokens, at most <see cref="BlockLength"/>, before it is read.</summary>
    public abstract void Prepare(KvContext context, int tokens);

    /// <summary>Adds the attention of a layer to the hidden states of the block that room was made for.</summary>
    public abstract void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens);

    /// <inheritdoc/>
    public abstract void Dispose();
}
