using Homer.Kernels.Devices;
using ILGPU;

namespace Homer.Engine.Reading.Leaves;

/// <summary>A store in device memory.</summary>
internal sealed class DeviceLeafStore : LeafStore
{
    private readonly Dictionary<string, DeviceBuffer<int>> leaves = [];
    private readonly HashSet<string> written = [];

    public override long Bytes => written.Sum(key => leaves[key].Length * sizeof(int));

    public override long DeviceBytes => leaves.Values.Sum(leaf => ComputeDevice.BytesFor<int>(leaf.Length));

    internal override long DeviceBytesFor(long words, int leaves) => ComputeDevice.BytesFor<int>(words) * leaves;

    internal override void Begin(ComputeDevice device, LeafSet set)
    {
        DocumentRoom = set.DocumentRoom;
        HashSet<string> wanted = [.. set.Keys];
        string[] stale = [.. leaves.Where(leaf => !wanted.Contains(leaf.Key) || leaf.Value.Length != set.Words).Select(leaf => leaf.Key)];
        foreach (string key in stale)
        {
            written.Remove(key);
            leaves.Remove(key, out DeviceBuffer<int>? leaf);
            leaf!.Dispose();
        }

        foreach (string key in set.Keys)
        {
            if (!leaves.ContainsKey(key))
                leaves[key] = device.Allocate<int>(set.Words, MemoryUse.Cache);
        }
    }

    internal override ArrayView<int>? Read(string key) => written.Contains(key) ? leaves[key].View : null;

    internal override ArrayView<int> BeginWrite(string key) => leaves[key].View;

    internal override void EndWrite(string key) => written.Add(key);

    public override void Dispose()
    {
        foreach (DeviceBuffer<int> leaf in leaves.Values)
            leaf.Dispose();
        leaves.Clear();
        written.Clear();
    }
}
