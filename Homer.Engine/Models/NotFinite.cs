using System.Numerics;
using Homer.Engine.Files;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// Refuses numbers that are not finite, and says where they come from. The search begins only when such a number was found.
/// </summary>
internal static class NotFinite
{
    /// <summary>Returns the error for numbers of a model that are not finite.</summary>
    /// <param name="what">The numbers that were found: "The logits".</param>
    /// <param name="files">The model's weights, which are searched first.</param>
    /// <param name="layer">The layer from which on numbers are not finite; null where it is not known.</param>
    public static HomerException Explain(string what, WeightFiles files, int? layer)
    {
        foreach (string name in files.Names)
        {
            if (FindIn(files[name]) is { } at)
            {
                return new(
                    $"{what} are not numbers, because element {at} of {Quoted.Text(name)} in '{files[name].File.Path}' is not: "
                    + "download or export the weights again.");
            }
        }

        string where = layer is { } number ? $"in layer {number}" : "after the last layer";
        return new(
            $"{what} are not finite although all weights are: they overflow {where}; use weights of the model as it was published, "
            + "and another cache type or position scaling if one was given.");
    }

    /// <summary>Returns whether all of some numbers are finite.</summary>
    public static bool IsAbsent(ReadOnlySpan<float> numbers)
    {
        // 0 · x is 0 for every finite x, and NaN otherwise.
        Vector<float> sums = default;
        int i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(numbers[i..]) * 0;
        float sum = Vector.Sum(sums);
        for (; i < numbers.Length; i++)
            sum += numbers[i] * 0;
        return sum == 0;
    }

    private static long? FindIn(WeightTensor weight)
    {
        // Tensors of parts that are not read may be of any type.
        if (WeightReader.FindType(weight) is null)
            return null;
        long count = weight.Tensor.ElementCount;
        var row = new float[weight.Tensor.Shape is [.., long width] ? width : count];
        for (long first = 0; first < count; first += row.Length)
        {
            WeightReader.Widen(weight, first, row);
            if (!IsAbsent(row))
                return first + Array.FindIndex(row, number => !float.IsFinite(number));
        }

        return null;
    }
}
