namespace Homer.Kernels.TensorCores;

/// <summary>The place of a thread in a launch. Bodies take it as a parameter, so that a test can run them in an emulated group.</summary>
/// <param name="thread">The thread's index in its group.</param>
/// <param name="group">The group's index in the grid.</param>
/// <param name="groups">The number of groups.</param>
internal readonly struct GridThread(int thread, int group, int groups)
{
    /// <summary>The thread's index in its group.</summary>
    public readonly int Thread = thread;

    /// <summary>The group's index in the grid.</summary>
    public readonly int Group = group;

    /// <summary>The number of groups.</summary>
    public readonly int Groups = groups;

    /// <summary>The place of the calling thread.</summary>
    public static GridThread Current => new(ILGPU.Group.IdxX, ILGPU.Grid.IdxX, ILGPU.Grid.DimX);
}
