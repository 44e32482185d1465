using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Weights;

namespace Homer.Tests.Support;

/// <summary>A tensor of a small model.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Values">Its elements.</param>
internal sealed record SmallTensor(string Name, long[] Shape, float[] Values)
{
    public bool IsNorm => Name.EndsWith("norm.weight", StringComparison.Ordinal);

    /// <summary>Returns all tensors of a folder.</summary>
    public static IReadOnlyList<SmallTensor> Read(string folder)
    {
        using WeightFiles files = WeightFiles.Open(folder);
        return [.. files.Names.Select(name => new SmallTensor(name, [.. files[name].Tensor.Shape], Widen(files[name])))];
    }

    /// <summary>Returns the bytes of elements that a file holds in a type of 16 or 32 bits, rounded to it.</summary>
    public static byte[] Encode(float[] values, WeightType type) => type switch
    {
        WeightType.Float16 => [.. values.SelectMany(value => BitConverter.GetBytes((Half)value))],
        WeightType.BFloat16 => [.. values.SelectMany(value => BitConverter.GetBytes(value)[2..])],
        _ => [.. values.SelectMany(BitConverter.GetBytes)],
    };

    /// <summary>Returns the tensor as it is written into a folder.</summary>
    public SafetensorsPart ToPart(WeightType type)
    {
        byte[] bytes = Encode(Values, type);
        SafetensorsType stored = type switch
        {
            WeightType.Float16 => SafetensorsType.F16,
            WeightType.BFloat16 => SafetensorsType.BF16,
            _ => SafetensorsType.F32,
        };
        return new(Name, stored, Shape, stream => stream.Write(bytes));
    }

    private static float[] Widen(WeightTensor tensor)
    {
        var values = new float[tensor.Tensor.ElementCount];
        WeightReader.Widen(tensor, 0, values);
        return values;
    }
}
