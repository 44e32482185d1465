using Homer.Engine.Checks;

namespace Homer.Engine.Weights;

/// <summary>A tensor and the file that holds it.</summary>
/// <param name="File">The file.</param>
/// <param name="Tensor">The tensor in that file.</param>
public readonly record struct WeightTensor(ITensorFile File, FileTensor Tensor)
{
    /// <summary><inheritdoc cref="WeightTensor" path="/param[@name='File']/node()"/></summary>
    public ITensorFile File { get; init => field = NotNull.Of(value); } = NotNull.Of(File);

    /// <summary><inheritdoc cref="WeightTensor" path="/param[@name='Tensor']/node()"/></summary>
    public FileTensor Tensor { get; init => field = NotNull.Of(value); } = NotNull.Of(Tensor);

    /// <summary>
    /// The index that each row of a head, or element of a head's bias, has in the file, where the file has them in an order of its own;
    /// otherwise null.
    /// </summary>
    public IReadOnlyList<int>? HeadOrder { get; init; }

    /// <summary>The number that the file has added to each element of a norm.</summary>
    public float AddedOffset { get; init; }

    /// <summary>The address of the tensor's first byte; valid until the file is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The file was disposed of.</exception>
    public unsafe byte* Pointer => File.Pointer(Tensor);
}
