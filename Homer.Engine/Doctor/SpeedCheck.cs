using System.Globalization;
using Homer.Engine.Measuring;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Measuring;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Doctor;

/// <summary>Measures a speed beside what the device should give; below half of that it says why, as far as that is known.</summary>
/// <param name="name">The name of the check.</param>
internal abstract class SpeedCheck(string name) : Check(name)
{
    /// <summary>The share of the ceiling below which the check warns.</summary>
    public const double Least = 0.5;

    // Repetitions of undisturbed work deviate by a few hundredths.
    private const double Steady = 0.15;
    private const int Repetitions = 3;

    // Work below which the launches of kernels, a dozen a layer, count.
    private const int LaunchesPerLayer = 12;
    private const double Giga = 1e9;

    // A repetition that takes longer is not repeated.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (!model.Runs || model.Loaded is not { } loaded)
            return Skipped("a token that went through the model");
        Ceilings ceilings = model.Measure(cancellation);
        progress(Least);
        (SpeedCase test, TimeSpan expected) = Case(loaded, ceilings);
        SpeedResult result = new SpeedTest(new(loaded, HomerOptions.Best), ceilings)
            .Run(test, expected > Long ? 1 : Repetitions, cancellation);
        string seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{result.MedianTokensPerSecond:N1} tokens/s, {Describe(result)}: {result.Ratio:0 %} of the {Ceiling(result)} that "
            + $"{result.Device} gives");
        return result.Ratio >= Least ? Ok(seen) : Warning(seen, Reason(model, ceilings, result));
    }

    /// <summary>Returns what to measure, and about how long a repetition takes.</summary>
    protected abstract (SpeedCase Case, TimeSpan Expected) Case(TransformerModel model, Ceilings ceilings);

    /// <summary>Returns what the work reaches, with its unit.</summary>
    protected abstract string Describe(SpeedResult result);

    /// <summary>Returns the ceiling, with its unit.</summary>
    protected abstract string Ceiling(SpeedResult result);

    /// <summary>Returns why weights that are stored in blocks are slow.</summary>
    protected abstract string OfBlocks(string type);

    /// <summary>Returns a reason of this speed alone; null where it has none.</summary>
    protected virtual string? Reason(SpeedResult result) => null;

    /// <summary>Returns a number of operations or bytes in thousand millions.</summary>
    protected static string Billions(double number) => (number / Giga).ToString("N1", CultureInfo.InvariantCulture);

    private string Reason(ExaminedModel model, Ceilings ceilings, SpeedResult result)
    {
        double seconds = result.Times.Median / Math.Max(1, result.Case.Generated);
        double launching = (double)LaunchesPerLayer * model.Config!.Layers * ceilings.Launch.InSequence;
        string? known = launching > seconds / 4
            ? "the model is so small that launching kernels takes as long as their work; larger ones come closer"
            : BlockType(model.Files!) is { } type ? OfBlocks(type) : Reason(result);
        string? noise = OtherLoad.Describe() is { } load ? $"{load}; measure again when they are done"
            : result.Times.Deviation > Steady * result.Times.Mean
                ? "the repetitions deviate, so something else keeps the machine busy; measure again when it is quiet"
                : null;
        return known is null ? noise ?? "the reason is not known; homer bench measures at greater length"
            : noise is null ? known : $"{known}; besides, {noise}";
    }

    /// <summary>Returns the type of blocks that most weights are stored in; null where most are plain numbers.</summary>
    private static string? BlockType(WeightFiles files)
    {
        WeightTensor[] most = [.. files.Names.Select(name => files[name]).GroupBy(weight => weight.Tensor.TypeName)
            .MaxBy(weights => weights.Sum(weight => weight.Tensor.ByteLength))!];
        return WeightReader.FindType(most[0])?.IsGgml() == true ? most[0].Tensor.TypeName : null;
    }
}
