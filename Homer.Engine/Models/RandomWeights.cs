using Homer.Engine.Randomness;
using Homer.Engine.Weights;

namespace Homer.Engine.Models;

/// <summary>
/// Weights of a model of which only the configuration is at hand: noise, which takes as much memory and time as the real ones and says
/// nothing. The same configuration, type and seed give the same bytes, whatever the machine.
/// </summary>
/// <remarks>
/// Every number is made from random bits by two operations on 64 of them at a time, whatever the type: all but the sign, the fraction and
/// the exponent's last bit are masked off, and the exponent's other bits set, so that magnitudes lie between 2⁻⁷ and 2⁻⁵, a root mean
/// square of 0.02, and a layer neither explodes nor fades. Norms are 1.
/// </remarks>
public static class RandomWeights
{
    private const int Block = 1 << 20;

    /// <summary>The types that can be made.</summary>
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
    /// <param name="seed">Fixes the numbers.</param>
    /// <exception cref="HomerException">They would not fit in this machine's memory.</exception>
    public static WeightFiles Create(ModelConfig config, SafetensorsType type, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(config);
        Pattern pattern = PatternOf(type);
        long bytes = config.ParameterCount * type.Size(), memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > memory)
            throw new HomerException(FormattableString.Invariant($"Random weights of this shape take {bytes / 1e9:0.0} GB, and this machine has {memory / 1e9:0.0} GB of memory; take a smaller type or shape."));
        ulong stream = (uint)seed;
        return WeightFiles.Of(SafetensorsFile.InMemory("random weights", type, Shapes(config), (tensor, start) =>
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
    /// <param name="stream">Fixes the numbers.</param>
    /// <param name="start">The address of the first.</param>
    /// <param name="bytes">How many bytes they take.</param>
    internal static void Fill(SafetensorsType type, ulong stream, nint start, long bytes) =>
        Fill(start, bytes, stream, PatternOf(type).Mask, PatternOf(type).Exponent);

    private static Pattern PatternOf(SafetensorsType type) =>
        Patterns.TryGetValue(type, out Pattern pattern) ? pattern : throw new ArgumentOutOfRangeException(nameof(type), type, null);

    /// <summary>Names and shapes, as in Hugging Face's files.</summary>
    private static IEnumerable<(string Name, long[] Shape)> Shapes(ModelConfig config)
    {
        long hidden = config.HiddenSize, query = config.Heads * config.HeadDim, key = config.KvHeads * config.HeadDim;
        yield return (ModelWeights.EmbeddingName, [config.VocabularySize, hidden]);
        for (int i = 0; i < config.Layers; i++)
        {
            string layer = $"model.layers.{i}.";
            yield return (layer + "input_layernorm.weight", [hidden]);
            yield return (layer + "self_attn.q_proj.weight", [query, hidden]);
            yield return (layer + "self_attn.k_proj.weight", [key, hidden]);
            yield return (layer + "self_attn.v_proj.weight", [key, hidden]);
            yield return (layer + "self_attn.o_proj.weight", [hidden, query]);
            yield return (layer + "post_attention_layernorm.weight", [hidden]);
            yield return (layer + "mlp.gate_proj.weight", [config.IntermediateSize, hidden]);
            yield return (layer + "mlp.up_proj.weight", [config.IntermediateSize, hidden]);
            yield return (layer + "mlp.down_proj.weight", [hidden, config.IntermediateSize]);
        }

        yield return ("model.norm.weight", [hidden]);
        if (!config.TieWordEmbeddings)
            yield return (ModelWeights.HeadName, [config.VocabularySize, hidden]);
    }

    /// <summary>Word i of the memory becomes (hash of stream and i, masked) | set.</summary>
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

    /// <summary>Number i of the sequence that begins at 0.</summary>
    private static ulong Mix(ulong i) => SplitMix64.Mix(i * SplitMix64.Step);

    private static ulong Repeat(ulong bits, int width)
    {
        for (; width < 64; width *= 2)
            bits |= bits << width;
        return bits;
    }

    /// <summary>What is random in a number, the exponent that it gets, and the number one; each as often as it fits in 64 bits.</summary>
    private readonly record struct Pattern(ulong Mask, ulong Exponent, ulong One);
}
