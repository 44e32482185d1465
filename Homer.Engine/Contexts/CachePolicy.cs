using Homer.Engine.Models;
using ILGPU;

namespace Homer.Engine.Contexts;

/// <summary>
/// What a method changes about a context whenever tokens are read into it, the document's or new ones: which cached tokens make room, and what
/// attention is. Owned by the context, which without a policy keeps everything and attends to it.
/// </summary>
internal abstract class CachePolicy : IDisposable
{
    /// <summary>The most tokens that a layer holds at any time, where others are evicted for new ones; null where all are kept.</summary>
    public virtual int? Limit => null;

    /// <summary>The most tokens that are read at once.</summary>
    public abstract int BlockLength { get; }

    /// <summary>Makes room for a block of tokens, at most <see cref="BlockLength"/>, before it is read.</summary>
    public abstract void Prepare(KvContext context, int tokens);

    /// <summary>A layer's attention of the block that was prepared for.</summary>
    public abstract void Attend(KvContext context, ForwardPass forward, int layer, ArrayView<float> hidden, int tokens);

    /// <inheritdoc/>
    public abstract void Dispose();
}
