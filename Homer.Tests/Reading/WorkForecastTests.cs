using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Plan;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

public sealed class WorkForecastTests : DeviceTests
{
    private static readonly ModelConfig Config = ModelConfig.Read(Path.Combine(GoldenCase.Model("random-gqa"), "config.json"));

    [Fact]
    public void One_chunk_costs_the_work_of_its_matrices_and_attention_pairs()
    {
        // hidden 32, MLP 48, 4 query and 2 key heads of 8, 6 layers, vocabulary 64; 10 tokens attend to 55 pairs.
        const double Layer = 2.0 * ((10 * (32 * (32 + 16 + 16 + 32))) + (10 * 3 * 32 * 48) + (55 * 2 * 32));
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        Assert.Equal(new WorkForecast(60, (6 * Layer) + (2 * 32 * 64)), Forecast(model, HomerOptions.Paper, 7).Work);
    }

    [Fact]
    public void Rereading_adds_the_work_of_the_suffix()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        HomerOptions options = HomerOptions.Paper with { Chunk = 40 };
        MergeForecast forecast = Forecast(model, options, 300);
        MergePlan plan = forecast.Reading.Plan;
        WorkForecast once = forecast.Work, twice = Forecast(model, options with { RereadSuffix = true }, 300).Work;
        Assert.Equal(plan.Footprint.TokenLayers, once.TokenLayers);
        Assert.Equal(2 * 6, twice.TokenLayers - once.TokenLayers);
        Assert.Equal((6 * WorkForecast.LayerFlop(Config, 2, 2, plan.Root.KeptLength - 2)) + (2 * 32 * 64), twice.Flop - once.Flop, 1.0);
    }

    [Fact]
    public void Recomputing_adds_the_work_of_reading_the_survivors()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        HomerOptions options = HomerOptions.Paper with { Chunk = 40 };
        MergeForecast forecast = Forecast(model, options, 300);
        int kept = forecast.Reading.Plan.Root.KeptLength;
        WorkForecast again = Forecast(model, options with { Recompute = true, RereadSuffix = true }, 300).Work;
        Assert.Equal(kept * 6, again.TokenLayers - forecast.Work.TokenLayers);
        double layers = 6 * WorkForecast.LayerFlop(Config, kept, kept, 0);
        Assert.Equal(layers + WorkForecast.HeadFlop(Config), again.Flop - forecast.Work.Flop, 1.0);
    }

    [Fact]
    public void Kept_leaves_read_their_suffix_alone_layer_by_layer()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        MergeForecast forecast = Forecast(model, HomerOptions.Paper with { Chunk = 40, Warmup = 2 }, 300);
        MergePlan plan = forecast.Reading.Plan;
        Assert.Equal((plan.LeafCount * plan.Leaves[0].EndLayer, 2), forecast.SuffixPasses);
    }

    [Fact]
    public void Time_is_estimated_and_leaves_no_memory_behind()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        ReadingForecast forecast = new HomerMethod().Plan(new(model, new([1], new int[300], [2, 3]))).Forecast();
        long before = model.Device.Memory.InUse;
        Assert.InRange(SpeedProbe.Estimate(model, forecast), TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.InRange(SpeedProbe.EstimateWithKeptLeaves(model, forecast), TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        Assert.Equal(before, model.Device.Memory.InUse);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => SpeedProbe.Estimate(model, forecast, source.Token));
    }

    private static MergeForecast Forecast(TransformerModel model, HomerOptions options, int document) =>
        (MergeForecast)new HomerMethod(options).Plan(new(model, new([1], new int[document], [2, 3]))).Forecast();
}
