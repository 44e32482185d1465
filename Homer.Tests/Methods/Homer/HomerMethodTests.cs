using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer;

/// <summary>Tests the refusals before any work begins; <see cref="Plan.MergePlanTests"/> has those of impossible plans.</summary>
public sealed class HomerMethodTests : DeviceTests
{
    private static readonly RunCase Plannable = new(2, 100, 3, new() { Chunk = 30, Warmup = 1 }, Calibrated: false);

    private TransformerModel? model;

    [Fact]
    public void Tables_of_other_sizes_are_refused()
    {
        Refuse("5 layers", new(5, 30, new float[5 * 30], null));
        // Four leaves of 25 tokens: the suffix ends at position 2 + 25 + 3.
        Refuse("covers 29 distances but chunks span 30", new(6, 29, new float[6 * 29], null));
        Refuse("scale", new(6, 30, new float[6 * 30], null), Plannable.Options with { Accumulate = true });
    }

    [Theory]
    [InlineData(30, 8192, 2048, 18)]
    [InlineData(16, 1024, 512, 9)]
    [InlineData(15, 8192, 2048, 5)]
    public void Models_that_were_not_trained_to_merge_merge_late_and_in_short_chunks(int layers, int window, int chunk, int warmup)
    {
        ModelConfig small = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));
        ModelConfig config = small with { Layers = layers, Window = window };
        ResolvedHomerOptions resolved = HomerOptions.Instruct.Resolve(config);
        Assert.Equal((chunk, warmup), (resolved.Chunk, resolved.Warmup));
        ResolvedHomerOptions given = (HomerOptions.Instruct with { Chunk = 40, Warmup = 2 }).Resolve(config);
        Assert.Equal((40, 2), (given.Chunk, given.Warmup));
    }

    [Theory]
    [InlineData(Pruning.Attention)]
    [InlineData(Pruning.Random)]
    public void An_unused_table_may_be_short(Pruning pruning)
    {
        model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var method = new HomerMethod(Plannable.Options with { Pruning = pruning });
        method.WithCalibration(new(6, 1, new float[6], null)).Read(new(model, Plannable.Input)).Dispose();
    }

    [Fact]
    public void Impossible_plans_are_refused_and_leave_no_memory_allocated()
    {
        Refuse("chunk of 5 ", null, Plannable.Options with { Chunk = 5 });
        Refuse("target of 4 ", null, Plannable.Options with { Target = 4 });
        Refuse("odd", null, Plannable.Options with { Pooling = 2 });
        Refuse("warm-up", null, Plannable.Options with { Warmup = 6 });
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
        IContextMethod method = new HomerMethod(options ?? Plannable.Options).WithCalibration(table);
        Refused.With(word, () => method.Read(new(model, Plannable.Input) { NewTokens = newTokens }).Dispose());
    }
}
