using System.Runtime.InteropServices;
using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Tests.Support;

/// <summary>
/// A random weight matrix in host memory and the values of its elements. It is one element off any alignment, as may be in a file.
/// </summary>
internal sealed unsafe class TestWeights : IDisposable
{
    private readonly void* memory;

    /// <summary>The types of weights in files.</summary>
    public static IReadOnlyList<WeightType> Types { get; } = [WeightType.Float32, WeightType.Float16, WeightType.BFloat16];

    public TestWeights(ComputeDevice device, WeightType type, int rows, int columns, Random random)
        : this(device, type, rows, columns, Encode(type, random.Normal(rows * columns)))
    {
    }

    /// <summary>Creates a matrix whose elements have the given bits.</summary>
    public TestWeights(ComputeDevice device, WeightType type, int rows, int columns, ReadOnlySpan<uint> bits)
    {
        Values = new double[bits.Length];
        int size = type == WeightType.Float32 ? 4 : 2;
        memory = NativeMemory.AlignedAlloc((nuint)((bits.Length + 1) * size), 64);
        byte* data = (byte*)memory + size;
        for (int i = 0; i < bits.Length; i++)
        {
            Values[i] = Decode(type, bits[i]);
            if (size == 4)
                ((uint*)data)[i] = bits[i];
            else
                ((ushort*)data)[i] = (ushort)bits[i];
        }

        Matrix = WeightMatrix.Map(device, type, data, rows, columns);
    }

    public WeightMatrix Matrix { get; }

    /// <summary>The values of the elements [rows, columns].</summary>
    public double[] Values { get; }

    public void Dispose()
    {
        Matrix.Dispose();
        NativeMemory.AlignedFree(memory);
    }

    private static uint[] Encode(WeightType type, float[] values) => type switch
    {
        WeightType.Float32 => [.. values.Select(BitConverter.SingleToUInt32Bits)],
        WeightType.Float16 => [.. values.Select(value => (uint)BitConverter.HalfToUInt16Bits((Half)value))],
        _ => [.. values.Select(value => BitConverter.SingleToUInt32Bits(value) >> 16)],
    };

    private static double Decode(WeightType type, uint bits) => type switch
    {
        WeightType.Float32 => BitConverter.UInt32BitsToSingle(bits),
        WeightType.Float16 => (double)BitConverter.UInt16BitsToHalf((ushort)bits),
        _ => BitConverter.UInt32BitsToSingle(bits << 16),
    };
}
