using Homer.Kernels.Backends;

namespace Homer.Tests.Snippets;

/// <summary>The C# of docs/kernels.md. It is compiled and never run.</summary>
internal static class KernelTourSnippets
{
    internal static void ShareRows(int rows, Action<int> normalize)
    {
        // begin-snippet: work-partition
        WorkRange share = WorkPartition.Of(rows);
        for (int r = share.First; r < share.End; r += share.Step)
            normalize(r);        // on a GPU, group g takes rows g, g + groups, …; on the CPU a group takes neighbouring rows
        // end-snippet
    }
}
