using System.Runtime.InteropServices;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// Writes tensors in another type, in the order of rows and with the weights of norms that folders in Hugging Face layout have.
/// </summary>
/// <param name="type">F32, F16 or BF16.</param>
/// <param name="report">Gets the number of elements of each piece that is about to be written.</param>
internal sealed class TensorWriter(SafetensorsType type, Action<int> report)
{
    private const int ElementsAtOnce = 1 << 16;

    // Half a step beyond the largest finite number, 65504; from here on numbers round to infinity.
    private const float EndOfFloat16 = 65520;

    /// <summary>Writes the elements of a tensor.</summary>
    /// <exception cref="HomerException">A weight is too large for the type.</exception>
    public void Write(Stream stream, WeightTensor weight)
    {
        IReadOnlyList<long> shape = weight.Tensor.Shape;
        bool isMatrix = shape.Count > 1;
        long rows = isMatrix ? shape[0] : 1;
        int columns = checked((int)(isMatrix ? shape[1] : weight.Tensor.ElementCount));
        int[]? order = weight.HeadOrder is { } stored ? [.. stored] : null;
        int rowsAtOnce = (int)Math.Min(rows, Math.Max(1, ElementsAtOnce / columns));
        var values = new float[rowsAtOnce * columns];
        for (long first = 0; first < rows; first += rowsAtOnce)
        {
            int count = (int)Math.Min(rowsAtOnce, rows - first);
            for (int row = 0; row < count; row++)
            {
                long from = order is not null && isMatrix ? WeightReader.Source(order, checked((int)first + row)) : first + row;
                WeightReader.Widen(weight, from * columns, values.AsSpan(row * columns, columns));
            }

            // The elements of a bias are the rows of its matrix.
            float[] ordered = order is null || isMatrix
                ? values
                : [.. Enumerable.Range(0, columns).Select(i => values[WeightReader.Source(order, i)])];
            Write(stream, ordered.AsSpan(0, count * columns), weight);
        }
    }

    private void Write(Stream stream, Span<float> values, WeightTensor weight)
    {
        report(values.Length);
        if (weight.AddedOffset != 0)
        {
            foreach (ref float value in values)
                value -= weight.AddedOffset;
        }

        if (type == SafetensorsType.F32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        var rounded = new ushort[values.Length];
        for (int i = 0; i < rounded.Length; i++)
        {
            if (float.IsFinite(values[i]) && !Fits(values[i]))
            {
                throw new HomerException(
                    $"{weight.File.Path}: {weight.Tensor.Name} has the weight {values[i]:0.###e+0}, which {type} cannot hold; "
                    + $"give --type {(type == SafetensorsType.F16 ? "bf16 or f32" : "f32")}.");
            }

            rounded[i] = Round(values[i]);
        }

        stream.Write(MemoryMarshal.AsBytes<ushort>(rounded));
    }

    private bool Fits(float value) => type == SafetensorsType.F16
        ? Math.Abs(value) < EndOfFloat16
        : float.IsFinite(BitConverter.UInt32BitsToSingle((uint)Round(value) << 16));

    /// <summary>Returns the bits of the nearest number of the type, of two that are as near the one with an even fraction.</summary>
    private ushort Round(float value)
    {
        if (type == SafetensorsType.F16)
            return BitConverter.HalfToUInt16Bits((Half)value);
        uint bits = BitConverter.SingleToUInt32Bits(value);
        const uint Quiet = 1 << 22;
        return (ushort)((float.IsNaN(value) ? bits | Quiet : bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
