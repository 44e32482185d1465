namespace Homer.Kernels.TensorCores;

/// <summary>
/// Marks a kernel that only NVIDIA's Hopper GPUs can run, as <see cref="WarpgroupKernel{T}"/> loads it; it is compiled for nothing else.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresWarpgroupsAttribute : Attribute;
