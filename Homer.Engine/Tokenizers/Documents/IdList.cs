namespace Homer.Engine.Tokenizers.Documents;

/// <summary>A list of ids that grows without being copied.</summary>
internal sealed class IdList
{
    private const int BlockLength = 1 << 18;

    private readonly List<int[]> blocks = [];
    private int used = BlockLength;

    /// <summary>Appends an id.</summary>
    internal void Add(int id)
    {
        if (used == BlockLength)
        {
            blocks.Add(new int[BlockLength]);
            used = 0;
        }

        blocks[^1][used++] = id;
    }

    /// <summary>Appends ids.</summary>
    internal void AddRange(IEnumerable<int> ids)
    {
        foreach (int id in ids)
            Add(id);
    }

    /// <summary>Returns the ids, and is empty.</summary>
    internal int[] ToArray()
    {
        int[] ids = new int[blocks.Count == 0 ? 0 : ((blocks.Count - 1) * BlockLength) + used];
        for (int i = 0; i < blocks.Count; i++)
            blocks[i].AsSpan(0, Math.Min(BlockLength, ids.Length - (i * BlockLength))).CopyTo(ids.AsSpan(i * BlockLength));
        blocks.Clear();
        used = BlockLength;
        return ids;
    }
}
