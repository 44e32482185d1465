using System.Buffers.Binary;

namespace Homer.Kernels.Weights.Ggml;

/// <summary>The storage types whose rows are blocks, and their sizes.</summary>
public static class GgmlFormats
{
    /// <summary>The elements of a block of <see cref="WeightType.E4M3"/>.</summary>
    public const int E4M3Length = 32;

    // Numbers of E4M3 are integers, 512 times the floats.
    private const float E4M3Unit = 1f / 512;

    /// <summary>Returns whether matrices of a type are held in blocks, each with scales of its own: those of ggml, and FP8.</summary>
    public static bool IsGgml(this WeightType type) => type >= WeightType.Q40;

    /// <summary>Returns the number of elements in a block; rows are whole blocks. 1 for types without blocks.</summary>
    public static int BlockLength(this WeightType type) => type.IsGgml() ? Visit(type, new Length()) : 1;

    /// <summary>Returns the bytes of a row as it is stored in a file.</summary>
    /// <param name="type">The type; not <see cref="WeightType.Int8"/>, which no file holds.</param>
    /// <param name="columns">Elements, whole blocks.</param>
    public static long RowBytes(this WeightType type, long columns) => type switch
    {
        WeightType.Float32 => columns * sizeof(float),
        WeightType.Float16 or WeightType.BFloat16 => columns * sizeof(ushort),
        _ => columns / type.BlockLength() * Visit(type, new Bytes()),
    };

    /// <summary>Widens whole blocks to 32 bits, on the host.</summary>
    /// <param name="type">The type; one of blocks.</param>
    /// <param name="blocks">The address of the first block.</param>
    /// <param name="values">Output; as long as the blocks.</param>
    public static unsafe void Decode(WeightType type, byte* blocks, Span<float> values)
    {
        fixed (float* target = values)
            Visit(type, new Decoding(blocks, target, values.Length));
    }

    /// <summary>Writes a block of <see cref="WeightType.E4M3"/>.</summary>
    /// <param name="block">The address of the block.</param>
    /// <param name="scale">The number by which the floats are multiplied.</param>
    /// <param name="floats">The codes of 32 floats.</param>
    public static unsafe void WriteE4M3(byte* block, float scale, byte* floats)
    {
        BinaryPrimitives.WriteSingleLittleEndian(new(block, sizeof(float)), scale * E4M3Unit);
        new ReadOnlySpan<byte>(floats, E4M3Length).CopyTo(new(block + sizeof(float), E4M3Length));
    }

    /// <summary>Returns the number that the code of an 8-bit float (E4M3) stands for.</summary>
    public static unsafe float WidenE4M3(byte code)
    {
        byte* block = stackalloc byte[sizeof(float) + E4M3Length];
        block[sizeof(float)] = code;
        return default(E4M3).Number(new HostBlock(block), 0) * E4M3Unit;
    }

    /// <summary>Calls a visitor with the format of a type of blocks.</summary>
    internal static TResult Visit<TResult>(WeightType type, IGgmlVisitor<TResult> visitor) => type switch
    {
        WeightType.Q40 => visitor.Visit<Q40>(),
        WeightType.Q41 => visitor.Visit<Q41>(),
        WeightType.Q50 => visitor.Visit<Q50>(),
        WeightType.Q51 => visitor.Visit<Q51>(),
        WeightType.Q80 => visitor.Visit<Q80>(),
        WeightType.Q2K => visitor.Visit<Q2K>(),
        WeightType.Q3K => visitor.Visit<Q3K>(),
        WeightType.Q4K => visitor.Visit<Q4K>(),
        WeightType.Q5K => visitor.Visit<Q5K>(),
        WeightType.Q6K => visitor.Visit<Q6K>(),
        WeightType.Iq4Nl => visitor.Visit<Iq4Nl>(),
        WeightType.Iq4Xs => visitor.Visit<Iq4Xs>(),
        WeightType.Mxfp4 => visitor.Visit<Mxfp4>(),
        WeightType.Tq10 => visitor.Visit<Tq10>(),
        WeightType.Tq20 => visitor.Visit<Tq20>(),
        WeightType.E4M3 => visitor.Visit<E4M3>(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private sealed class Length : IGgmlVisitor<int>
    {
        public int Visit<TFormat>()
            where TFormat : unmanaged, IGgmlFormat => default(TFormat).BlockLength;
    }

    private sealed class Bytes : IGgmlVisitor<int>
    {
        public int Visit<TFormat>()
            where TFormat : unmanaged, IGgmlFormat => default(TFormat).BlockBytes;
    }

    private sealed unsafe class Decoding(byte* blocks, float* values, int count) : IGgmlVisitor<bool>
    {
        public bool Visit<TFormat>()
            where TFormat : unmanaged, IGgmlFormat
        {
            Cpu.GgmlDecoding.Decode<TFormat>(values, blocks, count);
            return true;
        }
    }
}

/// <summary>An operation on the format of a type that is known at run time only.</summary>
/// <typeparam name="TResult">The result.</typeparam>
internal interface IGgmlVisitor<TResult>
{
    /// <summary>Does it.</summary>
    TResult Visit<TFormat>()
        where TFormat : unmanaged, IGgmlFormat;
}
