using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Tests.Support;

/// <summary>A matrix of random but valid blocks of ggml in host memory, and the values of its elements.</summary>
internal sealed unsafe class GgmlBlocks : IDisposable
{
    private readonly void* memory;

    public GgmlBlocks(ComputeDevice device, WeightType type, int rows, int columns, Random random)
    {
        byte[] bytes = Random(type, rows * columns, random);
        Values = [.. Decode(type, bytes).Select(value => (double)value)];
        memory = NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(memory, bytes.Length));
        Matrix = WeightMatrix.Map(device, type, memory, rows, columns);
    }

    /// <summary>All types of blocks.</summary>
    public static WeightType[] Types { get; } = [.. Enum.GetValues<WeightType>().Where(type => type.IsGgml())];

    public WeightMatrix Matrix { get; }

    /// <summary>The values of the elements [rows, columns].</summary>
    public double[] Values { get; }

    /// <summary>Returns blocks of random bits, with scales that keep values near 1.</summary>
    public static byte[] Random(WeightType type, int elements, Random random)
    {
        var bytes = new byte[type.RowBytes(elements)];
        random.NextBytes(bytes);
        int blockBytes = (int)type.RowBytes(type.BlockLength());
        for (int block = 0; block < bytes.Length; block += blockBytes)
        {
            if (type == WeightType.Mxfp4)
                bytes[block] = (byte)random.Next(120, 128);
            if (type == WeightType.E4M3)
                MakeFloats(bytes.AsSpan(block, blockBytes), random);
            foreach (int at in Scales(type))
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(block + at), (Half)((random.NextDouble() - 0.5) / 32));
        }

        return bytes;
    }

    // Codes that are no numbers do not occur in blocks.
    private static void MakeFloats(Span<byte> block, Random random)
    {
        foreach (ref byte code in block)
            code = (code & 127) == 127 ? (byte)0 : code;
        BinaryPrimitives.WriteSingleLittleEndian(block, (float)(random.NextDouble() - 0.5) / 65536);
    }

    public static float[] Decode(WeightType type, byte[] blocks)
    {
        var values = new float[blocks.Length / type.RowBytes(type.BlockLength()) * type.BlockLength()];
        fixed (byte* start = blocks)
            GgmlFormats.Decode(type, start, values);
        return values;
    }

    public void Dispose()
    {
        Matrix.Dispose();
        NativeMemory.Free(memory);
    }

    /// <summary>Returns where a block has its binary16 scales.</summary>
    private static int[] Scales(WeightType type) => type switch
    {
        WeightType.Q41 or WeightType.Q51 or WeightType.Q4K or WeightType.Q5K => [0, 2],
        WeightType.Q2K => [80, 82],
        WeightType.Q3K => [108],
        WeightType.Q6K => [208],
        WeightType.Tq10 => [52],
        WeightType.Tq20 => [64],
        WeightType.Mxfp4 or WeightType.E4M3 => [],
        _ => [0],
    };
}
