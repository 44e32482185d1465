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
        if (Find(what, files) is { } found)
            return found;
        string where = layer is { } number ? $"in layer {number}" : "after the last layer";
        return new(
            $"{what} are not finite although all weights are: they overflow {where}; use weights of the model as it was published, "
            + "and another cache type or position scaling if one was given.");
    }

    /// <summary>Searches the weights, and returns the error for the first of them that is not finite; null where all are.</summary>
    /// <param name="what">The numbers that are spoiled: "The logits".</param>
    /// <param name="files">The weights.</param>
    /// <param name="progress">Receives the share that is searched, 0 … 1; null where nobody wants it.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static HomerException? Find(
        string what, WeightFiles files, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        string[] names = [.. files.Names];
        double all = names.Sum(name => (double)files[name].Tensor.ElementCount), done = 0;
        var found = new (long At, bool IsThere)[names.Length];
        var gate = new Lock();
        Parallel.For(0, names.Length, new() { CancellationToken = cancellation }, (i, state) =>
        {
            if (FindIn(files[names[i]], cancellation) is { } at)
            {
                found[i] = (at, true);
                // Tensors before this one are searched to their end, so that the first is named.
                state.Break();
            }

            lock (gate)
                progress?.Invoke((done += files[names[i]].Tensor.ElementCount) / all);
        });
        int first = Array.FindIndex(found, element => element.IsThere);
        return first < 0 ? null : new(
            $"{what} are not numbers, because element {found[first].At} of {Quoted.Text(names[first])} in "
            + $"'{files[names[first]].File.Path}' is not: download or export the weights again.");
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

    private static unsafe long? FindIn(WeightTensor weight, CancellationToken cancellation)
    {
        if (Fp8Matrix.Is(weight))
            return Fp8Matrix.FindNaN(weight.Pointer, weight.Tensor.ElementCount);
        // Tensors of parts that are not read may be of any type.
        if (WeightReader.FindType(weight) is null)
            return null;
        long count = weight.Tensor.ElementCount;
        var row = new float[weight.Tensor.Shape is [.., long width] ? width : count];
        for (long first = 0; first < count; first += row.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            WeightReader.Widen(weight, first, row);
            if (!IsAbsent(row))
                return first + Array.FindIndex(row, number => !float.IsFinite(number));
        }

        return null;
    }
}
