namespace Homer.Kernels.Devices;

/// <summary>The families of accelerators that Homer's kernels run on.</summary>
public enum DeviceKind
{
    /// <summary>The processor itself; always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU through the CUDA driver.</summary>
    Cuda,

    /// <summary>Any OpenCL 2.0 device with a generic address space.</summary>
    OpenCL,
}
