using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

/// <summary>What is refused before any work begins; impossible plans are tested with the plan.</summary>
public sealed class HomerMethodTests : DeviceTests
{
    private static readonly RunCase Possible = new(2, 100, 3, new() { Chunk = 30, Warmup = 1 }, Calibrated: false);

    private TransformerModel? model;

    [Fact]
    public void Tables_of_other_sizes_are_refused()
    {
        Refuse("5 layers", new(5, 30, new float[5 * 30], null));
        // Four leaves of 25 tokens: the suffix ends at position 2 + 25 + 3.
        Refuse("covers 29 distances but chunks span 30", new(6, 29, new float[6 * 29], null));
        Refuse("scale", new(6, 30, new float[6 * 30], null), Possible.Options with { Accumulate = true });
    }

    [Theory]
    [InlineData(Pruning.Attention)]
    [InlineData(Pruning.Random)]
    public void A_table_that_is_not_looked_at_may_be_short(Pruning pruning)
    {
        model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var method = new HomerMethod(Possible.Options with { Pruning = pruning });
        method.WithCalibration(new(6, 1, new float[6], null)).Read(new(model, Possible.Input)).Dispose();
    }

    [Fact]
    public void Impossible_plans_are_refused_with_nothing_left_on_the_device()
    {
        Refuse("chunk of 5 ", null, Possible.Options with { Chunk = 5 });
        Refuse("target of 4 ", null, Possible.Options with { Target = 4 });
        Refuse("odd", null, Possible.Options with { Pooling = 2 });
        Refuse("warm-up", null, Possible.Options with { Warmup = 6 });
        Refuse("fewer new tokens", null, newTokens: int.MaxValue);
    }

    public override void Dispose()
    {
        model?.Dispose();
        base.Dispose();
    }

    private void Refuse(string word, CalibrationTable? table, HomerOptions? options = null, int newTokens = 0)
    {
        model ??= TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        IContextMethod method = new HomerMethod(options ?? Possible.Options).WithCalibration(table);
        Refused.With(word, () => method.Read(new(model, Possible.Input) { NewTokens = newTokens }).Dispose());
    }
}
