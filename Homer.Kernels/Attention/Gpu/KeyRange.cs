namespace Homer.Kernels.Attention.Gpu;

/// <summary>The keys of one query that one group attends to: Start … End − 1 of Count, which is at least 1.</summary>
internal struct KeyRange
{
    public int Start;
    public int End;
    public int Count;
}
