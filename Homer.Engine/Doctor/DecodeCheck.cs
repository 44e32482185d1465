using Homer.Engine.Measuring;
using Homer.Engine.Models;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Doctor;

/// <summary>Measures the speed of writing, which the bandwidth limits at which the weights are read once for each token.</summary>
internal sealed class DecodeCheck() : SpeedCheck("decode")
{
    private const int FewestTokens = 2;
    private const int MostTokens = 16;

    // The tokens are those that take about a second at half of the bandwidth.
    private const double Seconds = 1;

    /// <inheritdoc/>
    protected override (SpeedCase Case, TimeSpan Expected) Case(TransformerModel model, Ceilings ceilings)
    {
        double rate = Least * ceilings.Bandwidth / model.WeightsBytesPerToken;
        int tokens = Math.Min((int)Math.Clamp(rate * Seconds, FewestTokens, MostTokens), model.Config.Window);
        return (new("plain", 0, tokens, 0), TimeSpan.FromSeconds(tokens / rate));
    }

    /// <inheritdoc/>
    protected override string Describe(SpeedResult result) => $"{Billions(result.Reached)} GB/s of weights and cache";

    /// <inheritdoc/>
    protected override string Ceiling(SpeedResult result) => $"{Billions(result.Ceiling)} GB/s";

    /// <inheritdoc/>
    protected override string OfBlocks(string type) =>
        $"the arithmetic of blocks of {type} takes longer on this device today than reading them; homer convert --type bf16 makes "
        + "a folder of it that takes more memory and decodes faster";
}
