using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Weights.Cpu;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>Rows of blocks of ggml.</summary>
/// <param name="start">The first row.</param>
/// <param name="columns">Elements of a row.</param>
internal readonly unsafe struct GgmlRows<TFormat>(byte* start, int columns) : IPanelRows
    where TFormat : unmanaged, IGgmlFormat
{
    public static bool AreWide => false;

    public void Decode<TVector, TBody>(float* target, int row, int first, int count)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector> =>
        GgmlDecoding.Decode<TFormat>(target, (byte*)Place(row, first, count).Start, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (nint Start, int Bytes) Place(int row, int first, int count)
    {
        int length = default(TFormat).BlockLength, bytes = default(TFormat).BlockBytes;
        long block = ((long)row * (columns / length)) + (first / length);
        return ((nint)(start + (block * bytes)), count / length * bytes);
    }
}
