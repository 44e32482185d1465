using Homer.Kernels.Backends;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using Homer.Kernels.Rows.Gpu;
using ILGPU;

namespace Homer.Kernels.Merging;

// Tour: docs/kernels.md#leaftransfer
/// <summary>
/// Copies the first tokens of a chunk, the keys and values of its first layers and their hidden states, to contiguous memory, or back:
/// [layers, 2 · kv_heads, tokens, head_dim] in the cache's element type, then [tokens, hidden_size].
/// </summary>
/// <remarks>On a GPU, a group copies one piece at a time, a run of words.</remarks>
/// <param name="device">The device to run on.</param>
public sealed class LeafTransfer(ComputeDevice device)
{
    // The words that are copied as one item.
    private const int Piece = RowCompactionGpu.CopiedAtOnce;

    private readonly Action<KernelConfig, ArrayView<Word128>, CachePlanes, ArrayView<Word128>, int, int> wideCache =
        device.Load<ArrayView<Word128>, CachePlanes, ArrayView<Word128>, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, CachePlanes, ArrayView<Float32>, int, int> cacheOfAnyWidth =
        device.Load<ArrayView<Float32>, CachePlanes, ArrayView<Float32>, int, int>(CacheKernel);

    private readonly Action<KernelConfig, ArrayView<Word128>, ArrayView<Word128>, long> wideRows =
        device.Load<ArrayView<Word128>, ArrayView<Word128>, long>(RowsKernel);

    private readonly Action<KernelConfig, ArrayView<Float32>, ArrayView<Float32>, long> rowsOfAnyWidth =
        device.Load<ArrayView<Float32>, ArrayView<Float32>, long>(RowsKernel);

    /// <summary>Returns the 32-bit words that <paramref name="tokens"/> tokens take.</summary>
    public static long WordsFor(int tokens, int layers, int kvHeads, int headDim, int width, CacheType type)
    {
        long elements = 2L * layers * kvHeads * tokens * headDim;
        // head_dim is even, so that 16-bit elements fill whole words.
        return (type == CacheType.Float32 ? elements : elements / 2) + ((long)tokens * width);
    }

    /// <summary>Copies out of the chunk.</summary>
    /// <param name="packed">The contiguous memory.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="spans">[layers]: the place of the chunk in each layer.</param>
    /// <param name="layers">The number of layers that the chunk has been through.</param>
    /// <param name="hidden">The hidden states of the copied tokens [tokens, hidden_size].</param>
    /// <param name="tokens">The number of tokens to copy, from the first on.</param>
    public void LaunchSave(
        ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens)
    {
        ArgumentNullException.ThrowIfNull(cache);
        Launch(packed, cache, spans, layers, hidden, tokens, save: true);
    }

    /// <summary>Copies back into the chunk; the parameters are those of <see cref="LaunchSave"/>.</summary>
    public void LaunchRestore(
        ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens)
    {
        ArgumentNullException.ThrowIfNull(cache);
        Launch(packed, cache, spans, layers, hidden, tokens, save: false);
    }

    internal static void CacheKernel<T>(ArrayView<T> data, CachePlanes planes, ArrayView<T> packed, int length, int save)
        where T : unmanaged, ICopyUnit<T>
    {
        int pieces = Pieces(length);
        WorkRange share = WorkPartition.Of(planes.Count * pieces);
        for (int item = share.First; item < share.End; item += share.Step)
        {
            int plane = item / pieces, first = item % pieces * Piece, n = IntrinsicMath.Min(Piece, length - first);
            ArrayView<T> inChunk = data.SubView(planes.Start(plane) + first, n);
            ArrayView<T> inPacked = packed.SubView(((long)plane * length) + first, n);
            if (save != 0)
                RowCompaction.Copy(inPacked, inChunk, n);
            else
                RowCompaction.Copy(inChunk, inPacked, n);
        }
    }

    internal static void RowsKernel<T>(ArrayView<T> target, ArrayView<T> source, long length)
        where T : unmanaged, ICopyUnit<T>
    {
        WorkRange share = WorkPartition.Of(Pieces(length));
        for (int piece = share.First; piece < share.End; piece += share.Step)
        {
            long first = (long)piece * Piece;
            int n = (int)IntrinsicMath.Min(Piece, length - first);
            RowCompaction.Copy(target.SubView(first, n), source.SubView(first, n), n);
        }
    }

    private static int Pieces(long length) => (int)((length + Piece - 1) / Piece);

    private void Launch(
        ArrayView<int> packed, KeyValueCache cache, ArrayView<LayerSpan> spans, int layers, ArrayView<float> hidden, int tokens, bool save)
    {
        ArrayView<float> all = packed.Cast<float>();
        ArrayView<float> packedCache = all.SubView(0, packed.Length - hidden.Length);
        ArrayView<float> packedHidden = all.SubView(packedCache.Length, hidden.Length);
        if (VectorizedAccess.Fits(cache.RowBytes / sizeof(float), packedCache))
            LaunchCache(wideCache, cache.RowBytes / VectorizedAccess.Bytes);
        else
            LaunchCache(cacheOfAnyWidth, cache.RowBytes / sizeof(float));
        if (VectorizedAccess.Fits((int)(hidden.Length / tokens), hidden, packedHidden))
            LaunchRows(wideRows);
        else
            LaunchRows(rowsOfAnyWidth);

        void LaunchCache<T>(Action<KernelConfig, ArrayView<T>, CachePlanes, ArrayView<T>, int, int> kernel, int width)
            where T : unmanaged, ICopyUnit<T>
        {
            var planes = new CachePlanes(cache, 0, layers, spans, width);
            int length = tokens * width;
            kernel(device.Grid(planes.Count * Pieces(length)), cache.WordsOf<T>(), planes, packedCache.Cast<T>(), length, save ? 1 : 0);
        }

        void LaunchRows<T>(Action<KernelConfig, ArrayView<T>, ArrayView<T>, long> kernel)
            where T : unmanaged, ICopyUnit<T>
        {
            ArrayView<T> target = (save ? packedHidden : hidden).Cast<T>(), source = (save ? hidden : packedHidden).Cast<T>();
            kernel(device.Grid(Pieces(target.Length)), target, source, target.Length);
        }
    }
}
