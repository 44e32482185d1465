using System.Globalization;
using Homer.Benchmarks.Cases;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Kernels.Weights;

namespace Homer.Benchmarks.Measure;

/// <summary>
/// A kernel and its shape, parsed from text such as <c>matmul:bf16:2048x4096x4096</c> or <c>attention:f16:8192+0:32/32x128</c>.
/// </summary>
internal sealed record KernelCase(string Text, string Kernel, string Type, int[] Sizes)
{
    public const string Forms = "matmul:f32|f16|bf16:ROWSxDEPTHxCOLUMNS or attention:f32|f16:TOKENS+PAST:HEADS/KEYHEADSxHEADDIM";

    private static readonly char[] Separators = ['x', '+', '/', ':'];

    public static KernelCase Parse(string text)
    {
        string[] parts = text.Split(':', 3);
        int[] sizes = parts.Length < 3
            ? []
            : [.. parts[2].Split(Separators).Select(Size)];
        bool known = parts[0] switch
        {
            "matmul" => sizes.Length == 3 && parts[1] is "f32" or "f16" or "bf16" && sizes.All(size => size > 0),
            "attention" => sizes.Length == 5 && parts[1] is "f32" or "f16"
                && sizes[0] > 0 && sizes[1] >= 0 && sizes[3] > 0 && sizes[2] >= sizes[3] && sizes[4] > 0,
            _ => false,
        };
        return known ? new(text, parts[0], parts[1], sizes) : throw new HomerException($"'{text}' is not a case; use {Forms}.");

        static int Size(string size) => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1;
    }

    /// <summary>Allocates the buffers of the case.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">The treatment of activations on tensor cores.</param>
    /// <param name="launch">Launches the kernel once, without waiting.</param>
    /// <param name="flop">The operations of one launch.</param>
    /// <param name="bytes">The fewest bytes that one launch moves.</param>
    /// <returns>The owner of the buffers, to be disposed by the caller.</returns>
    public IDisposable Prepare(ComputeDevice device, ActivationPrecision precision, out Action launch, out double flop, out double bytes)
    {
        if (Kernel == "matmul")
        {
            WeightType type = Type switch { "f32" => WeightType.Float32, "f16" => WeightType.Float16, _ => WeightType.BFloat16 };
            var product = new Product(device, type, Sizes[0], Sizes[2], Sizes[1], precision);
            (launch, flop, bytes) = (product.Launch, product.Flop, product.Bytes);
            return product;
        }

        CacheType cache = Type == "f32" ? CacheType.Float32 : CacheType.Float16;
        var shape = new AttentionCase(Sizes[0], Sizes[1], Sizes[4])
        {
            Heads = Sizes[2],
            KvHeads = Sizes[3],
            CacheType = cache,
            Precision = precision,
        };
        var attention = new AttentionPass(device, shape);
        (launch, flop, bytes) = (attention.Launch, attention.Flop, attention.Bytes);
        return attention;
    }
}
