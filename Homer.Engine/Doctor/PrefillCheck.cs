using Homer.Engine.Measuring;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Measuring;

namespace Homer.Engine.Doctor;

/// <summary>Measures the speed of reading, which the peak of multiply-adds limits.</summary>
internal sealed class PrefillCheck() : SpeedCheck("prefill")
{
    private const int FewestTokens = 64;
    private const int MostTokens = 256;

    // The tokens are those that take about a second at half of the peak.
    private const double Seconds = 1;

    /// <inheritdoc/>
    protected override (SpeedCase Case, TimeSpan Expected) Case(TransformerModel model, Ceilings ceilings)
    {
        double flop = WorkForecast.OfPlain(model.Config, FewestTokens).Flop / FewestTokens, rate = Least * ceilings.Peak / flop;
        int tokens = Math.Min((int)Math.Clamp(rate * Seconds, FewestTokens, MostTokens), model.Config.Window);
        return (new("plain", tokens, 0, 0), TimeSpan.FromSeconds(tokens / rate));
    }

    /// <inheritdoc/>
    protected override string Describe(SpeedResult result) => $"{Billions(result.Reached)} GFLOP/s";

    /// <inheritdoc/>
    protected override string Ceiling(SpeedResult result) => $"{Billions(result.Ceiling)} GFLOP/s of multiply-adds";

    /// <inheritdoc/>
    protected override string OfBlocks(string type) =>
        $"matrices in blocks of {type} are widened while they are multiplied, which this device does slowly today";

    /// <inheritdoc/>
    protected override string? Reason(SpeedResult result) =>
        result.Case.Prompt <= FewestTokens ? $"only {result.Case.Prompt} tokens were read at once; longer texts are read faster" : null;
}
