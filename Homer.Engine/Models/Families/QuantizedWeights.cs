using Homer.Engine.Files;

namespace Homer.Engine.Models.Families;

/// <summary>Recognizes folders whose weights were quantized by other programs.</summary>
internal static class QuantizedWeights
{
    /// <summary>Refuses quantized weights by the name of their method.</summary>
    /// <exception cref="HomerException">They are quantized.</exception>
    public static void Refuse(ConfigReader json)
    {
        for (ConfigReader? level = json; level is not null; level = level.Outer)
        {
            if (level.Object("quantization_config") is { } settings)
                Refuse(json, $"by {Quoted.Text(settings.Text("quant_method", "an unnamed method"))} (quantization_config)");
            if (level.Object("quantization") is { } mlx)
                Refuse(json, $"by MLX to {mlx.Size("bits", 4)} bits (quantization)");
        }
    }

    private static void Refuse(ConfigReader json, string how) => json.Require(
        false,
        $"its weights are quantized {how}, which Homer does not read; give the folder of the model before quantization, or a GGUF file");
}
