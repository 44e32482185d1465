using System.Runtime.InteropServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Kernels.Rows.Cpu;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#attention-on-the-cpu
/// <summary>The memory that one block of tokens works on; it lives as long as one launch.</summary>
internal readonly unsafe ref struct AttentionScratch : IDisposable
{
    /// <summary>The most tokens of a block.</summary>
    public const int TokenBlock = 48;

    /// <summary>Keys that are packed at a time.</summary>
    public const int KeyBlock = 64;

    private const int Alignment = 64;

    private readonly float* memory;

    /// <summary>Allocates the memory.</summary>
    /// <param name="d">Elements of a head.</param>
    /// <param name="heads">Query heads of a key head.</param>
    /// <param name="width">Elements of a pair of vectors.</param>
    public AttentionScratch(int d, int heads, int width)
    {
        int padded = TileProduct.DivideUp(d, width) * width, rows = heads * TokenBlock;
        int keys = KeyBlock * d, values = KeyBlock * padded, scores = TokenBlock * KeyBlock, output = rows * padded;
        int length = keys + values + scores + output + (2 * rows) + (PanelPacking.RowsTogether * d);
        memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        Keys = memory;
        Values = Keys + keys;
        Scores = Values + values;
        Output = Scores + scores;
        Maxima = Output + output;
        Sums = Maxima + rows;
        Rows = Sums + rows;
    }

    /// <summary>The packed keys: panel[element][key], a panel of vector pairs after another.</summary>
    public float* Keys { get; }

    /// <summary>The packed values: panel[key][element], a panel of vector pairs after another.</summary>
    public float* Values { get; }

    /// <summary>The scores of one head, then its weights [tokens, keys].</summary>
    public float* Scores { get; }

    /// <summary>The weighted sums of values so far [heads, tokens, head_dim padded to vector pairs].</summary>
    public float* Output { get; }

    /// <summary>The largest score of each query so far [heads, tokens].</summary>
    public float* Maxima { get; }

    /// <summary>The sum of the weights of each query so far [heads, tokens].</summary>
    public float* Sums { get; }

    /// <summary>The rows that are being packed.</summary>
    public float* Rows { get; }

    /// <summary>Begins a block: no keys seen yet.</summary>
    public void Clear(int rows, int padded)
    {
        new Span<float>(Output, rows * padded).Clear();
        new Span<float>(Sums, rows).Clear();
        new Span<float>(Maxima, rows).Fill(float.NegativeInfinity);
    }

    /// <summary>Packs <paramref name="count"/> keys.</summary>
    public void PackKeys<T, TVector, TBody>(T* keys, int d, int count)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int p = 0; p < count; p += width)
            PanelPacking.Pack<StoredRows<T>, TVector, TBody>(new(keys, d), p, 0, Math.Min(width, count - p), d, Keys + (p * d), Rows);
    }

    /// <summary>Packs <paramref name="count"/> values; elements beyond head_dim become zeros.</summary>
    public void PackValues<T, TVector, TBody>(T* values, int d, int count, int panels)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        int width = 2 * TBody.Lanes;
        for (int p = 0; p < panels; p++)
        {
            int columns = Math.Min(width, d - (p * width));
            for (int j = 0; j < count; j++)
            {
                float* row = Values + (((p * KeyBlock) + j) * width);
                RowMathCpu.Decode(row, values + ((long)j * d) + (p * width), columns);
                new Span<float>(row + columns, width - columns).Clear();
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(memory);
}
