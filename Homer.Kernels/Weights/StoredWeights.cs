using Homer.Kernels.Elements;
using Homer.Kernels.Weights.Cpu;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Weights;

/// <summary>Rows of weights as they are stored in a file; a parameter of kernels.</summary>
/// <param name="elements">The elements [rows, columns]; on a GPU aligned to 16 bytes.</param>
internal readonly struct StoredWeights<T>(ArrayView<T> elements) : IWeightRows<StoredWeights<T>>
    where T : unmanaged, IPackedElement
{
    private readonly ArrayView<T> elements = elements;

    public unsafe CpuWeightRows OnCpu(int k) => CpuWeightRows.Of((T*)elements.LoadEffectiveAddressAsPtr(), k);

    public StoredWeights<T> From(int row, int k) => new(elements.SubView((long)row * k, k));

    // AsAligned makes ILGPU write one load of 16 bytes instead of four of 4 bytes.
    public PackedEight Load(int i) => default(T).Load(elements.AsAligned(16).Cast<Word128>(), i);

    public float Dot(PackedEight loaded, Float32x4 low, Float32x4 high) => default(T).Dot(loaded, low, high);
}
