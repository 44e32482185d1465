using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Elements;

/// <summary>The bits of eight 16-bit elements or four 32-bit ones: 16 bytes, which a thread of a GPU loads in one instruction.</summary>
internal struct Word128 : ICopyUnit<Word128>
{
    public uint E01, E23, E45, E67;

    /// <inheritdoc/>
    public readonly ArrayView<Word128> Aligned(ArrayView<Word128> view) => view.AsAligned(VectorizedAccess.Bytes);
}
