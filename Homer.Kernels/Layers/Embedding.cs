using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Rows;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;
using ILGPU;

namespace Homer.Kernels.Layers;

// Tour: docs/kernels.md#embedding
/// <summary>Token embedding: hidden[t] = table[ids[t]].</summary>
/// <param name="device">The device to run on.</param>
public sealed class Embedding(ComputeDevice device)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<Float32>, int, int, int> float32 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<Float32>, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<Float16>, int, int, int> float16 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<Float16>, int, int, int>(Kernel);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<int>, ArrayView<BFloat16>, int, int, int> bfloat16 =
        device.Load<ArrayView<float>, ArrayView<int>, ArrayView<BFloat16>, int, int, int>(Kernel);

    private readonly Dictionary<WeightType, Launcher> ggml = [];

    private delegate void Launcher(
        KernelConfig grid, ArrayView<float> hidden, ArrayView<int> ids, WeightMatrix table, int tokens, int piece);

    /// <summary>Launches the lookup of <paramref name="tokens"/> rows.</summary>
    /// <param name="hidden">Output [tokens, hidden_size].</param>
    /// <param name="ids">Token ids [tokens], each in 0 … vocabulary − 1.</param>
    /// <param name="table">The embedding table [vocabulary, hidden_size].</param>
    /// <param name="tokens">The number of tokens.</param>
    public void Launch(ArrayView<float> hidden, ArrayView<int> ids, WeightMatrix table, int tokens)
    {
        ArgumentNullException.ThrowIfNull(table);
        // On a GPU a row is too much for one group: only many groups have many loads in flight.
        int piece = device.GroupSize == 1 ? table.Columns : 4 * GpuGroup.Size;
        KernelConfig grid = device.Grid(tokens * Pieces(table.Columns, piece));
        switch (table.Type)
        {
            case WeightType.Float32: float32(grid, hidden, ids, table.View<Float32>(), tokens, table.Columns, piece); break;
            case WeightType.Float16: float16(grid, hidden, ids, table.View<Float16>(), tokens, table.Columns, piece); break;
            case { } type when type.IsGgml(): LauncherFor(type)(grid, hidden, ids, table, tokens, piece); break;
            default: bfloat16(grid, hidden, ids, table.View<BFloat16>(), tokens, table.Columns, piece); break;
        }
    }

    internal static void Kernel<T>(ArrayView<float> hidden, ArrayView<int> ids, ArrayView<T> table, int tokens, int width, int piece)
        where T : unmanaged, IWeightElement
    {
        int pieces = Pieces(width, piece);
        WorkRange share = WorkPartition.Of(tokens * pieces);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int t = item / pieces, first = item % pieces * piece, n = IntrinsicMath.Min(piece, width - first);
            RowMath.Decode(hidden.SubView(((long)t * width) + first, n), table.SubView(((long)ids[t] * width) + first, n), n);
        }
    }

    internal static void GgmlKernel<TFormat>(
        ArrayView<float> hidden, ArrayView<int> ids, GgmlWeights<TFormat> table, int tokens, int width, int piece)
        where TFormat : unmanaged, IGgmlFormat
    {
        int pieces = Pieces(width, piece);
        WorkRange share = WorkPartition.Of(tokens * pieces);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int t = item / pieces, first = item % pieces * piece, n = IntrinsicMath.Min(piece, width - first);
            GgmlRow.Decode(hidden.SubView(((long)t * width) + first, n), table, ids[t], first, n);
        }
    }

    // A format of blocks is loaded when it is first met: most models have none.
    private Launcher LauncherFor(WeightType type)
    {
        if (!ggml.TryGetValue(type, out Launcher? launcher))
            ggml.Add(type, launcher = GgmlFormats.Visit(type, new GgmlLoader(device)));
        return launcher;
    }

    private static int Pieces(int width, int piece) => (width + piece - 1) / piece;

    private sealed class GgmlLoader(ComputeDevice device) : IGgmlVisitor<Launcher>
    {
        public Launcher Visit<TFormat>()
            where TFormat : unmanaged, IGgmlFormat
        {
            var kernel = device.Load<ArrayView<float>, ArrayView<int>, GgmlWeights<TFormat>, int, int, int>(GgmlKernel);
            return (grid, hidden, ids, table, tokens, piece) =>
                kernel(grid, hidden, ids, table.AsGgml<TFormat>(), tokens, table.Columns, piece);
        }
    }
}
