using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>A weight that is loaded eight at a time. Stateless: call on <c>default(T)</c>.</summary>
internal interface IPackedElement : IWeightElement
{
    /// <summary>Loads a row's elements 8·i … 8·i + 7.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="i">The index of the eight elements.</param>
    PackedEight Load(ArrayView<Word128> row, int i);

    /// <summary>Returns the dot product of eight elements and eight floats.</summary>
    float Dot(PackedEight loaded, Float32x4 low, Float32x4 high);
}
