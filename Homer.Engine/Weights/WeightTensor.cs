namespace Homer.Engine.Weights;

/// <summary>A tensor and the file that holds it.</summary>
/// <param name="File">The file.</param>
/// <param name="Tensor">The tensor in that file.</param>
public readonly record struct WeightTensor(SafetensorsFile File, SafetensorsTensor Tensor)
{
    /// <summary>The address of the tensor's first byte; valid until the file is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    public unsafe byte* Pointer => File.Pointer(Tensor);
}
