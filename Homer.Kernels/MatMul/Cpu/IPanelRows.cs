using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows.Cpu;
using Homer.Kernels.Weights;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>On the CPU, rows of a matrix as <see cref="PanelPacking"/> reads them, in whatever form they are stored.</summary>
internal unsafe interface IPanelRows
{
    /// <summary>Widens elements first … first + count − 1 of a row to 32 bits; first is a multiple of 256.</summary>
    void Decode<TVector, TBody>(float* target, int row, int first, int count)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>;

    /// <summary>Whether elements are stored as 32-bit floats, so that they can be read in place.</summary>
    static abstract bool AreWide { get; }

    /// <summary>Returns the address of elements first … first + count − 1 of a row, and the bytes that they take.</summary>
    (nint Start, int Bytes) Place(int row, int first, int count);
}

/// <summary>Rows whose elements lie one after the other.</summary>
/// <param name="start">The first row.</param>
/// <param name="stride">Elements from one row to the next.</param>
internal readonly unsafe struct StoredRows<T>(T* start, int stride) : IPanelRows
    where T : unmanaged, IWeightElement
{
    public static bool AreWide => typeof(T) == typeof(Float32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Decode<TVector, TBody>(float* target, int row, int first, int count)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector> =>
        RowMathCpu.Decode<T, TVector, TBody>(target, start + ((long)row * stride) + first, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (nint Start, int Bytes) Place(int row, int first, int count) =>
        ((nint)(start + ((long)row * stride) + first), count * sizeof(T));
}

/// <summary>Rows of eight-bit blocks; see <see cref="Int8Weights"/>.</summary>
/// <param name="elements">The elements of the first row.</param>
/// <param name="scales">The scales of the first row.</param>
/// <param name="blocks">Blocks from one row to the next.</param>
internal readonly unsafe struct BlockRows(sbyte* elements, BFloat16* scales, int blocks) : IPanelRows
{
    public static bool AreWide => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Decode<TVector, TBody>(float* target, int row, int first, int count)
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        long block = ((long)row * blocks) + (first / Int8Weights.Block);
        sbyte* source = elements + (block * Int8Weights.Block);
        for (int i = 0; i < count; i += Int8Weights.Block, block++)
        {
            float scale = scales[block].ToSingle();
            if (i + Int8Weights.Block <= count)
            {
                for (int j = i; j < i + Int8Weights.Block; j += Vector128<sbyte>.Count)
                    Widen(target + j, Vector128.Load(source + j), scale);
            }
            else
            {
                for (int j = i; j < count; j++)
                    target[j] = source[j] * scale;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (nint Start, int Bytes) Place(int row, int first, int count) =>
        ((nint)(elements + ((long)row * blocks * Int8Weights.Block) + first), count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(float* target, Vector128<sbyte> elements, float scale)
    {
        Vector256<short> shorts = Vector256.Create(Vector128.WidenLower(elements), Vector128.WidenUpper(elements));
        (Vector256<int> low, Vector256<int> high) = Vector256.Widen(shorts);
        (Vector256.ConvertToSingle(low) * scale).Store(target);
        (Vector256.ConvertToSingle(high) * scale).Store(target + Vector256<float>.Count);
    }
}
