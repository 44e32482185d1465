using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Kernels.Weights.Cpu;

/// <summary>
/// On the CPU, rows of weights and the body of this processor that multiplies them by a row of x. The body is looked up once, since a
/// choice in an inner loop costs more than the product.
/// </summary>
internal readonly unsafe struct CpuWeightRows
{
    /// <summary>The most rows of w that are multiplied in one call: further rows of x then find them in the caches.</summary>
    public const int Together = 16;

    private readonly byte* elements;
    private readonly BFloat16* scales;
    private readonly int k;
    private readonly int rowBytes;
    private readonly int blocks;

    // A prepared row of x; the first row of w and its scales; k; the number of rows; the sums.
    private readonly delegate*<float*, byte*, BFloat16*, int, int, float*, void> body;

    private CpuWeightRows(
        byte* elements, int rowBytes, BFloat16* scales, int blocks, int k, delegate*<float*, byte*, BFloat16*, int, int, float*, void> body)
    {
        this.elements = elements;
        this.rowBytes = rowBytes;
        this.scales = scales;
        this.blocks = blocks;
        this.k = k;
        this.body = body;
    }

    /// <summary>Floats of scratch that <see cref="Prepare"/> takes for a row of x.</summary>
    public int PreparedLength => blocks + (blocks * Int8Weights.Block / sizeof(float));

    /// <summary>Returns weights as they are stored, w [rows, k].</summary>
    public static CpuWeightRows Of<T>(T* w, int k)
        where T : unmanaged, IWeightElement => VectorWidth.Bits switch
        {
            512 => Of<T, Vector512<float>, Body512>(w, k),
            256 => Of<T, Vector256<float>, Body256>(w, k),
            128 => Of<T, Vector128<float>, Body128>(w, k),
            _ => Of<T, float, BodyScalar>(w, k),
        };

    /// <summary>Returns weights as they are stored, w [rows, k], to be multiplied with one vector width.</summary>
    public static CpuWeightRows Of<T, TVector, TBody>(T* w, int k)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector> =>
        new((byte*)w, k * sizeof(T), null, 0, k, &CpuDotProducts.Multiply<T, TVector, TBody>);

    /// <summary>Returns weights of eight bits; see <see cref="Int8Weights"/>.</summary>
    public static CpuWeightRows Of(sbyte* w, BFloat16* scales, int k)
    {
        int blocks = Int8Weights.Blocks(k);
        return new((byte*)w, blocks * Int8Weights.Block, scales, blocks, k, Int8DotProducts.BodyOfThisProcessor());
    }

    /// <summary>Returns weights in blocks of ggml, w [rows, k].</summary>
    public static CpuWeightRows OfGgml<TFormat>(byte* w, int k)
        where TFormat : unmanaged, IGgmlFormat
    {
        int rowBytes = k / default(TFormat).BlockLength * default(TFormat).BlockBytes;
        return new(w, rowBytes, null, 0, k, VectorWidth.Bits switch
        {
            512 => &GgmlDotProducts.Multiply<TFormat, Vector512<float>, Body512>,
            256 => &GgmlDotProducts.Multiply<TFormat, Vector256<float>, Body256>,
            128 => &GgmlDotProducts.Multiply<TFormat, Vector128<float>, Body128>,
            _ => &GgmlDotProducts.Multiply<TFormat, float, BodyScalar>,
        });
    }

    /// <summary>
    /// Returns a row of x in the form in which it is multiplied: as it is, or rounded to eight bits in <paramref name="scratch"/> where the
    /// weights are.
    /// </summary>
    public float* Prepare(float* x, float* scratch)
    {
        if (blocks == 0)
            return x;
        BlockRoundingCpu.Row(x, k, (sbyte*)(scratch + blocks), scratch);
        return scratch;
    }

    /// <summary>
    /// Computes the products of a prepared row of x with <paramref name="count"/> rows of w from <paramref name="row"/> on.
    /// </summary>
    public void Multiply(float* prepared, int row, int count, float* sums) =>
        body(prepared, elements + ((long)row * rowBytes), scales + ((long)row * blocks), k, count, sums);
}
