using System.Runtime.InteropServices;

namespace Homer.Training.Network;

/// <summary>A fixed block of floats in native memory, aligned to a cache line and zero at first.</summary>
internal sealed unsafe class FloatBlock : IDisposable
{
    private const int Alignment = 64;

    public FloatBlock(int length)
    {
        Length = length;
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        Span.Clear();
    }

    public int Length { get; }

    public float* Pointer { get; private set; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>Returns the first rows of a matrix [rows, width] that begins with the block.</summary>
    public Span<float> Rows(int rows, int width) => Span[..(rows * width)];

    /// <summary>Returns a tensor's part of all parameters, of their gradient or of a moment.</summary>
    public Span<float> Of(ParameterTensor tensor) => Span.Slice(tensor.Offset, tensor.Length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
