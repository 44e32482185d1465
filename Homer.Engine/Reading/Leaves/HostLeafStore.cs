using Homer.Kernels.Devices;

namespace Homer.Engine.Reading.Leaves;

/// <summary>A store in host memory.</summary>
internal sealed class HostLeafStore : StagedLeafStore
{
    private readonly Dictionary<string, int[]> leaves = [];

    public override long Bytes => leaves.Values.Sum(leaf => (long)leaf.Length * sizeof(int));

    internal override void Begin(ComputeDevice device, LeafSet set)
    {
        base.Begin(device, set);
        HashSet<string> wanted = [.. set.Keys];
        string[] stale = [.. leaves.Where(leaf => !wanted.Contains(leaf.Key) || leaf.Value.Length != set.Words).Select(leaf => leaf.Key)];
        foreach (string key in stale)
            leaves.Remove(key);
    }

    public override void Dispose()
    {
        base.Dispose();
        leaves.Clear();
    }

    private protected override bool TryFind(string key, out ReadOnlySpan<int> words)
    {
        bool found = leaves.TryGetValue(key, out int[]? leaf);
        words = leaf;
        return found;
    }

    private protected override void Keep(string key, ReadOnlySpan<int> words) => leaves[key] = words.ToArray();
}
