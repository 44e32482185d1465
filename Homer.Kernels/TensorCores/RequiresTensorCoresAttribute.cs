namespace Homer.Kernels.TensorCores;

/// <summary>Marks a kernel that only NVIDIA GPUs from sm_80 on can run; it is compiled for nothing else.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresTensorCoresAttribute : Attribute;
