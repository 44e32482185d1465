using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Forecast;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Methods.Homer.Run;
using Homer.Engine.Models;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Methods.Homer.Forecast;

public sealed class WorkForecastTests : DeviceTests
{
    private static readonly ModelConfig Config = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));

    [Fact]
    public void One_chunk_costs_what_its_matrices_and_its_pairs_do()
    {
        // hidden 32, MLP 48, 4 query and 2 key heads of 8, 6 layers, vocabulary 64; 10 tokens attend to 55 pairs.
        const double Layer = 2.0 * ((10 * (32 * (32 + 16 + 16 + 32))) + (10 * 3 * 32 * 48) + (55 * 2 * 32));
        (ResolvedHomerOptions options, MergePlan plan) = Prepare(HomerOptions.Paper, 7);
        Assert.Equal(new WorkForecast(60, (6 * Layer) + (2 * 32 * 64)), WorkForecast.Of(Config, options, plan));
    }

    [Fact]
    public void A_second_reading_adds_the_suffix()
    {
        (ResolvedHomerOptions options, MergePlan plan) = Prepare(HomerOptions.Paper with { Chunk = 40 }, 300);
        WorkForecast once = WorkForecast.Of(Config, options, plan), twice = WorkForecast.Of(Config, options with { RereadSuffix = true }, plan);
        Assert.Equal(plan.Footprint.TokenLayers, once.TokenLayers);
        Assert.Equal(2 * 6, twice.TokenLayers - once.TokenLayers);
        Assert.Equal((6 * WorkForecast.LayerFlop(Config, 2, 2, plan.Root.KeptLength - 2)) + (2 * 32 * 64), twice.Flop - once.Flop, 1.0);
    }

    [Fact]
    public void Time_is_estimated_and_leaves_no_memory_behind()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var forecast = RunForecast.Of(new(model, new([1], new int[300], [2, 3])));
        long before = model.Device.Memory.InUse;
        Assert.InRange(SpeedProbe.Estimate(model, forecast.Plan, forecast.Work), TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.Equal(before, model.Device.Memory.InUse);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => SpeedProbe.Estimate(model, forecast.Plan, forecast.Work, source.Token));
    }

    private static (ResolvedHomerOptions Options, MergePlan Plan) Prepare(HomerOptions options, int document) =>
        HierarchicalMerging.Prepare(Config, new ContextInput([1], new int[document], [2, 3]), options, null);
}
