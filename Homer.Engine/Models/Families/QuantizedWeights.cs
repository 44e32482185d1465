using Homer.Engine.Files;

namespace Homer.Engine.Models.Families;

/// <summary>
/// Reads how other programs quantized a folder's weights: to 8-bit floats with scales, which Homer multiplies, or otherwise, which it
/// refuses. The types of the tensors decide what is done with each (<see cref="Fp8Matrix"/>).
/// </summary>
internal static class QuantizedWeights
{
    /// <summary>Returns the rows and columns of 8-bit floats that share a scale; null where nothing says.</summary>
    /// <exception cref="HomerException">Weights are quantized in another way.</exception>
    public static ScaleBlock? ReadScaleBlock(ConfigReader json)
    {
        ScaleBlock? block = null;
        for (ConfigReader? level = json; level is not null; level = level.Outer)
        {
            if (level.Object("quantization") is { } mlx)
                Refuse(json, $"by MLX to {mlx.Size("bits", 4)} bits (quantization)");
            if (level.Object("quantization_config") is not { } settings)
                continue;
            string method = settings.Text("quant_method", "an unnamed method");
            (bool isFp8, IReadOnlyList<int> sizes) = method switch
            {
                "fp8" => (IsE4M3(settings), settings.Integers("weight_block_size")),
                "fbgemm_fp8" => (true, []),
                "modelopt" => (settings.Text("quant_algo", "") == "FP8", []),
                "compressed-tensors" => CompressedTensors(settings),
                _ => (false, []),
            };
            if (!isFp8)
                Refuse(json, $"by {Quoted.Text(method)} (quantization_config)");
            settings.Require(
                sizes.Count == 0 || (sizes.Count == 2 && sizes.All(size => size > 0)),
                "the sizes of blocks in its quantization_config must be two positive integers");
            block ??= sizes.Count == 2 ? new(sizes[0], sizes[1]) : null;
        }

        return block;
    }

    private static bool IsE4M3(ConfigReader settings) => settings.Text("fmt", "e4m3") is "e4m3" or "float8_e4m3fn";

    private static (bool IsFp8, IReadOnlyList<int> Sizes) CompressedTensors(ConfigReader settings)
    {
        ConfigReader[] groups = [.. settings.Object("config_groups")?.Objects() ?? []];
        ConfigReader?[] weights = [.. groups.Select(group => group.Object("weights"))];
        string sparsity = settings.Object("sparsity_config")?.Text("format", "dense") ?? "dense";
        bool isFp8 = sparsity == "dense" && settings.Text("format", "") is "float-quantized" or "naive-quantized"
            && weights.Length > 0 && Array.TrueForAll(weights, Are8BitFloats);
        return (isFp8, isFp8 && weights is [{ } only] ? only.Integers("block_structure") : []);
    }

    private static bool Are8BitFloats(ConfigReader? weights) =>
        weights is not null && weights.Text("type", "") == "float" && weights.Count("num_bits", 0) == 8;

    private static void Refuse(ConfigReader json, string how) => json.Require(
        false,
        $"its weights are quantized {how}, which Homer does not read; give the folder of the model before quantization, or a GGUF file");
}
