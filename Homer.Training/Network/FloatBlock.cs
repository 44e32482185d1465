using System.Runtime.InteropServices;

namespace Homer.Training.Network;

/// <summary>Floats that stay where they are, aligned to a cache line; zero at first.</summary>
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

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
