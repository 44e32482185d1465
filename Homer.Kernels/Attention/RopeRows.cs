using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Attention.Gpu;
using Homer.Kernels.Backends;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;
using ILGPU.IR.Intrinsics;

namespace Homer.Kernels.Attention;

// Tour: docs/kernels.md#rope
/// <summary>The share of one group in rotating queries and keys and writing keys and values to the cache; see <see cref="Rope"/>.</summary>
[HasGpuBody(typeof(RopeRowsGpu))]
internal static class RopeRows
{
    /// <summary>Rotates and writes; the parameters are those of <see cref="Rope.Launch"/>.</summary>
    [IntrinsicImplementation]
    public static void Run<T, TQuads>(
        QueryKeyValue source, LayerViews<T> target, ArrayView<int> positions, RopeTableView table, HeadLayout layout)
        where T : unmanaged, ICacheElement<T>
        where TQuads : struct, IFloat32x4Access => RopeRowsCpu.Run(source, target, positions, table, layout);
}
