using Homer.Engine.Models;

namespace Homer.Engine.Reading;

/// <summary>The work of reading an input, known before it is read.</summary>
/// <param name="TokenLayers">The number of layers run, counted once for each token.</param>
/// <param name="Flop">The floating-point operations of matrix products and attention; a multiplication and an addition are two.</param>
public sealed record WorkForecast(long TokenLayers, double Flop)
{
    /// <summary>Returns the work of reading all tokens into one cache, with the logits of the last.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="tokens">The number of tokens.</param>
    public static WorkForecast OfPlain(ModelConfig config, int tokens)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new((long)tokens * config.Layers, (config.Layers * LayerFlop(config, tokens, tokens, 0)) + HeadFlop(config));
    }

    /// <summary>Returns the operations of one layer.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="tokens">The tokens that attend.</param>
    /// <param name="survivors">The tokens of them that go through the MLP.</param>
    /// <param name="past">The tokens before them, which they attend to.</param>
    internal static double LayerFlop(ModelConfig config, int tokens, int survivors, int past)
    {
        double projections = 2.0 * config.HiddenSize * (config.Heads + config.KvHeads) * config.HeadDim;
        double pairs = ((double)tokens * past) + (0.5 * tokens * (tokens + 1.0));
        return (2 * ((tokens * projections) + (2 * pairs * config.Heads * config.HeadDim))) + MlpFlop(config, survivors);
    }

    /// <summary>Returns the operations of one layer's MLP.</summary>
    internal static double MlpFlop(ModelConfig config, int tokens) => 2.0 * tokens * 3.0 * config.HiddenSize * config.IntermediateSize;

    /// <summary>Returns the operations of the LM head for one token.</summary>
    internal static double HeadFlop(ModelConfig config) => 2.0 * config.HiddenSize * config.VocabularySize;
}
