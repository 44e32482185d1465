using Homer.Kernels.Devices;
using Homer.Kernels.Weights;

namespace Homer.Tests.Support;

/// <summary>Eight-bit weights, read back from a device.</summary>
/// <param name="Elements">The quantized elements [rows, padded columns].</param>
/// <param name="Scales">The scales of the blocks [rows, blocks].</param>
/// <param name="Values">The products of elements and scales [rows, columns].</param>
internal sealed record Int8Values(sbyte[] Elements, float[] Scales, double[] Values)
{
    /// <summary>Reads an eight-bit matrix.</summary>
    public static Int8Values Read(ComputeDevice device, WeightMatrix matrix)
    {
        int padded = Int8Weights.Blocks(matrix.Columns) * Int8Weights.Block;
        sbyte[] elements = device.Read(matrix.Int8.Elements);
        float[] scales = [.. device.Read(matrix.Int8.Scales).Select(scale => scale.ToSingle())];
        double[] values = [.. from row in Enumerable.Range(0, matrix.Rows)
            from column in Enumerable.Range(0, matrix.Columns)
            let at = (row * padded) + column
            select elements[at] * (double)scales[at / Int8Weights.Block]];
        return new(elements, scales, values);
    }
}
