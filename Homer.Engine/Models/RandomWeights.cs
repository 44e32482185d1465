using System.Globalization;
using Homer.Engine.Randomness;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// Random weights for a model of which only the configuration is at hand. They take the memory and time of real ones, and the model's
/// answers mean nothing. A configuration, a type and a seed give the same bytes on every machine.
/// </summary>
/// <remarks>
/// Numbers are made from 64 random bits at a time, by two operations whatever the type: a mask keeps the sign, the fraction and the
/// exponent's last bit, and the other bits of the exponent are set. Magnitudes so lie between 2⁻⁷ and 2⁻⁵, with a root mean square of
/// 0.02, and hidden states neither explode nor fade. Norms and biases are 1.
/// </remarks>
public static class RandomWeights
{
    private const int Block = 1 << 20;

    /// <summary>The types that random weights can be stored in.</summary>
    public static IReadOnlyCollection<SafetensorsType> Types => Patterns.Keys;

    private static readonly Dictionary<SafetensorsType, Pattern> Patterns = new()
    {
        [SafetensorsType.F32] = new(Repeat(0x80ffffffu, 32), Repeat(120u << 23, 32), Repeat(127u << 23, 32)),
        [SafetensorsType.F16] = new(Repeat(0x87ff, 16), Repeat(8 << 10, 16), Repeat(15 << 10, 16)),
        [SafetensorsType.BF16] = new(Repeat(0x80ff, 16), Repeat(120 << 7, 16), Repeat(127 << 7, 16)),
    };

    /// <summary>Makes all weights of a model, in memory.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="type">How every weight is stored; one of <see cref="Types"/>.</param>
    /// <param name="seed">The seed of the numbers.</param>
    /// <exception cref="HomerException">The weights would not fit in this machine's memory.</exception>
    public static WeightFiles Create(ModelConfig config, SafetensorsType type, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(config);
        Pattern pattern = PatternOf(type);
        long bytes = config.ParameterCount * type.Size(), memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > memory)
        {
            throw new HomerException(string.Create(
                CultureInfo.InvariantCulture,
                $"Random weights of this shape take {bytes / 1e9:0.0} GB, and this machine has {memory / 1e9:0.0} GB of memory; "
                + $"take a smaller type or shape."));
        }

        ulong stream = (uint)seed;
        // A fused tensor is listed once for each of its parts.
        IEnumerable<(string, long[])> shapes =
            new ModelTensors(config).All.DistinctBy(part => part.Name).Select(part => (part.Name, part.FileShape));
        return WeightFiles.Of(SafetensorsFile.InMemory("random weights", type, shapes, (tensor, start) =>
        {
            stream = Mix(stream + 1);
            if (tensor.Shape.Count == 1)
                Fill(start, tensor.ByteLength, 0, 0, pattern.One);
            else
                Fill(type, stream, start, tensor.ByteLength);
        }));
    }

    /// <summary>Fills memory with numbers of a type.</summary>
    /// <param name="type">One of <see cref="Types"/>.</param>
    /// <param name="stream">The number of the random sequence.</param>
    /// <param name="start">The address of the first.</param>
    /// <param name="bytes">The length of the memory in bytes.</param>
    internal static void Fill(SafetensorsType type, ulong stream, nint start, long bytes) =>
        Fill(start, bytes, stream, PatternOf(type).Mask, PatternOf(type).Exponent);

    private static Pattern PatternOf(SafetensorsType type) =>
        Patterns.TryGetValue(type, out Pattern pattern) ? pattern : throw new ArgumentOutOfRangeException(nameof(type), type, null);

    /// <summary>Sets word i of the memory to (hash of stream and i, masked) | set.</summary>
    private static unsafe void Fill(nint start, long bytes, ulong stream, ulong mask, ulong set) =>
        Parallel.For(0, (bytes + Block - 1) / Block, block =>
        {
            byte* memory = (byte*)start + (block * Block);
            int count = (int)Math.Min(Block, bytes - (block * Block)), words = count / sizeof(ulong);
            ulong first = (ulong)block * (Block / sizeof(ulong));
            for (int i = 0; i < words; i++)
                ((ulong*)memory)[i] = (Mix(stream + first + (uint)i) & mask) | set;
            if (count % sizeof(ulong) is > 0 and int rest)
            {
                ulong last = (Mix(stream + first + (uint)words) & mask) | set;
                new ReadOnlySpan<byte>(&last, rest).CopyTo(new(memory + (words * sizeof(ulong)), rest));
            }
        });

    /// <summary>Returns number i of the sequence that begins at 0.</summary>
    private static ulong Mix(ulong i) => SplitMix64.Mix(i * SplitMix64.Step);

    private static ulong Repeat(ulong bits, int width)
    {
        for (; width < 64; width *= 2)
            bits |= bits << width;
        return bits;
    }

    /// <summary>The mask of a number's random bits, the exponent that is set, and the number one; each repeated to 64 bits.</summary>
    private readonly record struct Pattern(ulong Mask, ulong Exponent, ulong One);
}
