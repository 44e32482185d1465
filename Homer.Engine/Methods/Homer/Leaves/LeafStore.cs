using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Methods.Homer.Leaves;

/// <summary>A place where leaves are kept by their keys (see <see cref="LeafKey"/>), a number of 32-bit words each.</summary>
public abstract class LeafStore : IDisposable
{
    /// <summary>Bytes that are kept, wherever they are.</summary>
    public abstract long Bytes { get; }

    /// <summary>Bytes of device memory that are held now.</summary>
    internal abstract long DeviceBytes { get; }

    /// <summary>Document tokens that a chunk had room for when the leaves were read; null where none are kept.</summary>
    internal virtual int? DocumentRoom { get; private protected set; }

    /// <summary>Bytes of device memory that keeping so many leaves takes.</summary>
    internal abstract long DeviceBytesFor(long words, int leaves);

    /// <summary>A reading begins: leaves of these keys stay or will be written, in this order; others are given up.</summary>
    internal abstract void Begin(ComputeDevice device, IReadOnlyList<string> keys, int documentRoom, long words);

    /// <summary>Device memory with a leaf that is kept, or null; valid until the next call.</summary>
    internal abstract ArrayView<int>? Read(string key);

    /// <summary>Device memory for a leaf that is not kept yet.</summary>
    internal abstract ArrayView<int> BeginWrite(string key);

    /// <summary>Takes the leaf that what was launched writes to that memory.</summary>
    internal abstract void EndWrite(string key);

    /// <inheritdoc/>
    public abstract void Dispose();
}
