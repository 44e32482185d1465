using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>Decides where memory can be read and written 16 bytes at a time. Every allocation of a device is aligned to that.</summary>
internal static class VectorizedAccess
{
    /// <summary>Bytes that one thread of a GPU loads or stores in one instruction; those of a <see cref="Word128"/>.</summary>
    public const int Bytes = 16;

    /// <summary>
    /// Returns whether rows of this many bytes, stored one after another from the start of an allocation, can be moved 16 bytes at a time.
    /// </summary>
    public static bool Fits(int rowBytes) => rowBytes % Bytes == 0;

    /// <summary>
    /// Returns whether rows of 32-bit floats, in views that may begin inside an allocation, can be read and written four at a time.
    /// </summary>
    /// <param name="width">Elements of a row.</param>
    /// <param name="rows">The views that hold the rows.</param>
    public static bool Fits(int width, params ReadOnlySpan<ArrayView<float>> rows)
    {
        long bytes = (long)width * sizeof(float);
        foreach (ArrayView<float> view in rows)
            bytes |= OffsetOf(view);
        return bytes % Bytes == 0;
    }

    private static long OffsetOf<TView>(TView view)
        where TView : IContiguousArrayView => view.IndexInBytes;
}
