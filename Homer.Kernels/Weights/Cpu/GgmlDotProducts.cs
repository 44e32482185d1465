// Tour: docs/kernels.md#blocks-of-gguf-files
using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>On the CPU, dot products of a row of x with rows of blocks, which are widened into L1, 256 elements at a time.</summary>
internal static unsafe class GgmlDotProducts
{
    private const int Piece = 256;

    /// <summary>Multiplies a row of x with rows of w; a body of <see cref="CpuWeightRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TFormat, TVector, TBody>(float* x, byte* w, BFloat16* scales, int k, int rows, float* sums)
        where TFormat : unmanaged, IGgmlFormat
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        float* wide = stackalloc float[Piece];
        int pieceBytes = Piece / default(TFormat).BlockLength * default(TFormat).BlockBytes;
        int rowBytes = k / default(TFormat).BlockLength * default(TFormat).BlockBytes;
        for (int r = 0; r < rows; r++, w += rowBytes)
        {
            TVector a = default, b = default;
            byte* blocks = w;
            for (int first = 0; first < k; first += Piece, blocks += pieceBytes)
            {
                int count = Math.Min(Piece, k - first);
                GgmlDecoding.Decode<TFormat>(wide, blocks, count);
                // Blocks hold 32 elements at least, which two vectors always divide.
                for (int p = 0; p < count; p += 2 * TBody.Lanes)
                {
                    a = TBody.MultiplyAdd(TBody.Load(wide + p), TBody.Load(x + first + p), a);
                    b = TBody.MultiplyAdd(TBody.Load(wide + p + TBody.Lanes), TBody.Load(x + first + p + TBody.Lanes), b);
                }
            }

            sums[r] = TBody.Sum(TBody.Add(a, b));
        }
    }
}
