// Tour: docs/kernels.md#tileproduct
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Weights.Cpu;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary>
/// On the CPU, lays rows of a matrix out as <see cref="PanelProduct"/> reads them: a panel [depth, columns], whose columns, two vectors
/// of them, are rows of the matrix, widened to 32 bits.
/// </summary>
/// <remarks>
/// <code>
/// w   row 0  a0 a1 a2 a3 …        panel   a0 b0 c0 d0 │ …      four rows are transposed at a time, four elements of each:
///     row 1  b0 b1 b2 b3 …                a1 b1 c1 d1 │        two rounds of interleaving pairs of vectors
///     row 2  c0 c1 c2 c3 …                a2 b2 c2 d2 │
///     row 3  d0 d1 d2 d3 …                a3 b3 c3 d3 │
/// </code>
/// </remarks>
internal static unsafe class PanelPacking
{
    /// <summary>Rows that are packed at a time, for which scratch must have room.</summary>
    public const int RowsTogether = 4;

    /// <summary>Packs one panel.</summary>
    /// <param name="w">The matrix.</param>
    /// <param name="first">The first row of the matrix.</param>
    /// <param name="depth">The first element of each row.</param>
    /// <param name="columns">The number of rows that exist, at most the panel's columns; missing ones become copies of the last.</param>
    /// <param name="count">The number of elements of each row.</param>
    /// <param name="panel">Output [count, 2 · lanes].</param>
    /// <param name="rows">Scratch [4, count].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TRows, TVector, TBody>(TRows w, int first, int depth, int columns, int count, float* panel, float* rows)
        where TRows : struct, IPanelRows
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int j = 0; j < width; j += RowsTogether)
        {
            int together = Math.Min(RowsTogether, width - j), apart = count;
            float* source = rows;
            for (int r = 0; r < together; r++)
                Prefetch(w.Place(first + j + r + RowsTogether, depth, count));
            if (TRows.AreWide && j + RowsTogether <= columns)
            {
                source = (float*)w.Place(first + j, depth, count).Start;
                apart = (int)((float*)w.Place(first + j + 1, depth, count).Start - source);
            }
            else
            {
                for (int r = 0; r < together; r++)
                    w.Decode<TVector, TBody>(rows + (r * count), first + Math.Min(j + r, columns - 1), depth, count);
            }

            int p = together == RowsTogether ? Transpose(source, apart, count, panel + j, width) : 0;
            for (; p < count; p++)
            {
                for (int r = 0; r < together; r++)
                    panel[(p * width) + j + r] = source[((long)r * apart) + p];
            }
        }
    }

    /// <summary>Prefetches a row's elements well before they are packed: into L2, since L1 is full.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PrefetchRow<TRows>(TRows w, int row, int depth, int count)
        where TRows : struct, IPanelRows
    {
        (nint start, int bytes) = w.Place(row, depth, count);
        for (int i = 0; i < bytes; i += CpuDotProducts.Line)
            CpuPrefetch.ToL2((byte*)start + i);
    }

    /// <summary>Transposes four rows by two rounds of interleaving, four elements at a time; returns the number of elements done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Transpose(float* rows, int apart, int count, float* target, int width)
    {
        float* r0 = rows, r1 = r0 + apart, r2 = r1 + apart, r3 = r2 + apart;
        int p = 0;
        for (; p <= count - 4; p += 4, target += 4 * width)
        {
            Vector128<float> a = Vector128.Load(r0 + p), b = Vector128.Load(r1 + p), c = Vector128.Load(r2 + p), d = Vector128.Load(r3 + p);
            (a, c) = (ZipLow(a, c), ZipHigh(a, c));
            (b, d) = (ZipLow(b, d), ZipHigh(b, d));
            ZipLow(a, b).Store(target);
            ZipHigh(a, b).Store(target + width);
            ZipLow(c, d).Store(target + (2 * width));
            ZipHigh(c, d).Store(target + (3 * width));
        }

        return p;
    }

    /// <summary>Returns a₀ b₀ a₁ b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>Returns a₂ b₂ a₃ b₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    /// <summary>Prefetches the next rows: a row's piece is too short for the hardware prefetcher to foresee the following row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch((nint Start, int Bytes) place)
    {
        for (int i = 0; i < place.Bytes; i += CpuDotProducts.Line)
            CpuPrefetch.ToL1((byte*)place.Start + i);
    }
}
