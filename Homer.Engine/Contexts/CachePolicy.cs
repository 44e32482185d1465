using Homer.Engine.Models;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// The changes that a method makes to a context whenever tokens are read into it, the document's or new ones: which cached tokens make
/// room, and what attention is. Owned by the context, which without a policy keeps everything and attends to it.
/// </summary>
internal abstract class CachePolicy : IDisposable
{
    /// <summary>The most tokens that a layer holds at any time, where others are evicted for new ones; null where all are kept.</summary>
    public virtual int? Limit => null;

    /// <summary>The most tokens that are read at once.</summary>
    public abstract int BlockLength { get; }

    /// <summary>Makes room for a block of tokens, at most <see cref="BlockLength"/>, before it is read.</summary>
    public abstract void Prepare(KvContext context, int tokens);

    /// <summary>Computes a layer's attention for the block that <see cref="Prepare"/> made room for.</summary>
    public abstract void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens);

    /// <inheritdoc/>
    public abstract void Dispose();
}
