using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>What kernels that only move memory take at once, whatever is in it: 4 bytes or 16. What members are called on does not matter.</summary>
/// <typeparam name="TSelf">The word itself.</typeparam>
internal interface IWord<TSelf>
    where TSelf : unmanaged
{
    /// <summary>The same view, said to begin at a multiple of a word: a thread of a GPU loads a whole word at once only if it knows that.</summary>
    ArrayView<TSelf> Aligned(ArrayView<TSelf> view);
}

/// <summary>Which words memory can be moved in.</summary>
internal static class Words
{
    /// <summary>Bytes of a <see cref="Word128"/>.</summary>
    public const int Wide = 16;

    /// <summary>Whether rows of so many bytes, one after the other in memory of their own, can be moved 16 bytes at a time.</summary>
    public static bool AreWide(int rowBytes) => rowBytes % Wide == 0;

    /// <summary>Whether rows of 32-bit numbers, as parts of larger memory, can be read and written four at a time. All memory of a device is aligned.</summary>
    public static bool AreWide(int width, params ReadOnlySpan<ArrayView<float>> rows)
    {
        long bytes = (long)width * sizeof(float);
        foreach (ArrayView<float> view in rows)
            bytes |= OffsetOf(view);
        return bytes % Wide == 0;
    }

    /// <summary>Where a view begins in the memory that it is part of.</summary>
    private static long OffsetOf<TView>(TView view)
        where TView : IContiguousArrayView => view.IndexInBytes;
}
