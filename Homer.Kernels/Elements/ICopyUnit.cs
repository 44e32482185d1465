using ILGPU;

namespace Homer.Kernels.Elements;

/// <summary>
/// The unit in which kernels move memory without looking at its elements: 4 bytes (<see cref="Float32"/>) or 16 (<see cref="Word128"/>).
/// Stateless: call on <c>default(TSelf)</c>.
/// </summary>
/// <typeparam name="TSelf">The unit itself.</typeparam>
internal interface ICopyUnit<TSelf>
    where TSelf : unmanaged
{
    /// <summary>
    /// Returns the view, marked as beginning at a multiple of the unit, without which a GPU loads it in pieces of 4 bytes.
    /// </summary>
    ArrayView<TSelf> Aligned(ArrayView<TSelf> view);
}
