namespace Homer.Engine.Weights;

/// <summary>Computes the sizes of tensors without overflow.</summary>
internal static class TensorSize
{
    /// <summary>Counts elements and bytes; false if a dimension is negative or a product exceeds <see cref="long.MaxValue"/>.</summary>
    internal static bool TryCount(SafetensorsType type, IEnumerable<long> shape, out long elements, out long bytes)
    {
        elements = 1;
        bytes = 0;
        foreach (long dimension in shape)
        {
            if (dimension < 0 || !TryMultiply(elements, dimension, out elements)) return false;
        }

        return TryMultiply(elements, type.Size(), out bytes);
    }

    private static bool TryMultiply(long a, long b, out long product)
    {
        Int128 exact = (Int128)a * b;
        product = (long)exact;
        return exact <= long.MaxValue;
    }
}
