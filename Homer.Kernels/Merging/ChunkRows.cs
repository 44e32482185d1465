using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using ILGPU;

namespace Homer.Kernels.Merging;

/// <summary>
/// The state of the live chunks' tokens besides keys and values, one chunk after another as on a stack: the hidden state, the position, the
/// index in prefix + document + suffix, and the significance so far.
/// </summary>
public sealed class ChunkRows : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly DeviceBuffer<float> hidden;
    private readonly DeviceBuffer<int> positions;
    private readonly DeviceBuffer<int> tokens;
    private readonly DeviceBuffer<float> significance;

    /// <summary>Allocates room for <paramref name="capacity"/> tokens.</summary>
    /// <exception cref="HomerException">The device does not have enough memory left.</exception>
    public ChunkRows(ComputeDevice device, int capacity, int width)
    {
        ArgumentNullException.ThrowIfNull(device);
        Width = width;
        try
        {
            hidden = lifetime.Own(device.Allocate<float>((long)capacity * width, MemoryUse.Cache));
            positions = lifetime.Own(device.Allocate<int>(capacity, MemoryUse.Cache));
            tokens = lifetime.Own(device.Allocate<int>(capacity, MemoryUse.Cache));
            significance = lifetime.Own(device.Allocate<float>(capacity, MemoryUse.Cache));
        }
        catch
        {
            lifetime.Dispose();
            throw;
        }
    }

    /// <summary>Returns the bytes of device memory that room for <paramref name="capacity"/> tokens takes.</summary>
    public static long BytesFor(int capacity, int width) =>
        ComputeDevice.BytesFor<float>((long)capacity * width) + (2 * ComputeDevice.BytesFor<int>(capacity))
        + ComputeDevice.BytesFor<float>(capacity);

    /// <summary>The elements of a hidden state (hidden_size).</summary>
    public int Width { get; }

    /// <summary>The bytes of a hidden state.</summary>
    internal int RowBytes => Width * sizeof(float);

    /// <summary>Returns the hidden states of <paramref name="count"/> tokens [count, width].</summary>
    public ArrayView<float> Hidden(int start, int count) => hidden.View.SubView((long)start * Width, (long)count * Width);

    /// <summary>Returns the positions of <paramref name="count"/> tokens.</summary>
    public ArrayView<int> Positions(int start, int count) => positions.View.SubView(start, count);

    /// <summary>Returns the significance of <paramref name="count"/> tokens.</summary>
    public ArrayView<float> Significance(int start, int count) => significance.View.SubView(start, count);

    /// <summary>Writes indices and positions of new tokens from the host.</summary>
    public void Write(int start, ReadOnlySpan<int> tokenIndices, ReadOnlySpan<int> tokenPositions)
    {
        tokens.Write(tokenIndices, start);
        positions.Write(tokenPositions, start);
    }

    /// <summary>Copies indices and positions of <paramref name="count"/> tokens to the host.</summary>
    public (int[] Tokens, int[] Positions) Read(int start, int count) => (tokens.Read(start, count), positions.Read(start, count));

    /// <inheritdoc/>
    public void Dispose() => lifetime.Dispose();

    internal Views ViewFrom(int start, int count) => new()
    {
        Positions = Positions(start, count),
        Tokens = tokens.View.SubView(start, count),
        Significance = Significance(start, count),
    };

    /// <summary>The state of tokens besides the hidden state; a parameter of kernels.</summary>
    internal struct Views
    {
        /// <summary>The number of arrays.</summary>
        public const int Elements = 3;

        public ArrayView<int> Positions;
        public ArrayView<int> Tokens;
        public ArrayView<float> Significance;

        /// <summary>Returns one of the arrays, for kernels that only move elements.</summary>
        public readonly ArrayView<Float32> ElementsOf(int array)
        {
            ArrayView<Float32> elements = Significance.Cast<Float32>();
            if (array == 0)
                elements = Positions.Cast<Float32>();
            else if (array == 1)
                elements = Tokens.Cast<Float32>();
            return elements;
        }
    }
}
