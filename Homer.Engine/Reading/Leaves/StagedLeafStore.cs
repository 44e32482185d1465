using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Reading.Leaves;

/// <summary>
/// A store outside the device. The device holds one leaf at a time, in a staging buffer through which leaves are read and written.
/// </summary>
internal abstract class StagedLeafStore : LeafStore
{
    private ComputeDevice? device;
    private DeviceBuffer<int>? staging;
    private int[] passing = [];

    public override long DeviceBytes => staging is null ? 0 : ComputeDevice.BytesFor<int>(staging.Length);

    internal override long DeviceBytesFor(long words, int leaves) => ComputeDevice.BytesFor<int>(words);

    internal override void Begin(ComputeDevice device, LeafSet set)
    {
        if (set.Words > Array.MaxLength)
        {
            throw new HomerException(
                "One leaf is too large to be kept outside the device; use smaller chunks, or keep leaves on the device.");
        }

        DocumentRoom = set.DocumentRoom;
        this.device = device;
        if (staging?.Length == set.Words)
            return;
        staging?.Dispose();
        staging = null;
        staging = device.Allocate<int>(set.Words, MemoryUse.Cache);
        passing = GC.AllocateUninitializedArray<int>((int)set.Words);
    }

    internal override ArrayView<int>? Read(string key)
    {
        if (!TryFind(key, out ReadOnlySpan<int> words))
            return null;
        staging!.Write(words);
        // The words may go away when they are kept anew, so the copy must have ended by then.
        device!.Synchronize();
        Keep(key);
        return staging.View;
    }

    internal override ArrayView<int> BeginWrite(string key) => staging!.View;

    internal override void EndWrite(string key)
    {
        staging!.Read(passing);
        Keep(key, passing);
    }

    public override void Dispose() => staging?.Dispose();

    /// <summary>Finds a leaf; returns false where it is not kept. The words are valid until a leaf is kept.</summary>
    private protected abstract bool TryFind(string key, out ReadOnlySpan<int> words);

    /// <summary>Goes on keeping a leaf that was found, once it has been copied to the device.</summary>
    private protected virtual void Keep(string key)
    {
    }

    /// <summary>Keeps a copy of a leaf.</summary>
    private protected abstract void Keep(string key, ReadOnlySpan<int> words);
}
