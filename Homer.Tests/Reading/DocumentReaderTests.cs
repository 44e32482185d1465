using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Streaming;
using Homer.Engine.Methods.Truncation;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;
using Homer.Kernels.KvCache;
using Homer.Tests.Golden;
using Homer.Tests.Methods;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

public sealed class DocumentReaderTests : DeviceTests
{
    [Fact]
    public void A_reading_is_planned_once()
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        var method = new CountingMethod();
        var reader = new DocumentReader(method, new(model, MethodCase.Input(700)));
        var forecast = (MergeForecast)reader.Forecast()!;
        Assert.Same(reader.Plan, forecast.Reading);
        device.Memory.ResetPeak();
        reader.Read().Dispose();
        Assert.Equal(forecast.Memory.PeakBytes, device.Memory.Peak);
        Assert.Equal(1, method.Plans);
    }

    [Fact]
    public void Progress_is_reported_until_the_reading_is_complete()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        foreach (IContextMethod method in new IContextMethod[] { new HomerMethod(), new TruncationMethod() })
        {
            var progress = new List<double>();
            new DocumentReader(method, new(model, MethodCase.Input(700))).Read(progress.Add).Dispose();
            Assert.Equal(1, progress[^1]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    public void A_budget_chooses_the_settings_and_keeps_the_input(float confidence)
    {
        ComputeDevice device = Open("cpu");
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), device);
        var generation = new GenerationOptions { MaxTokens = 8, Confidence = confidence };
        var request = new ContextRequest(model, new([1], new int[3000], [2, 3])) { NewTokens = 8 };
        var open = new DocumentReader(new HomerMethod(), request, generation);
        Assert.Null(open.Fitted);
        long budget = open.Forecast()!.Memory.PeakBytes - 1;
        var fitted = new DocumentReader(new HomerMethod(), request, generation, budget);
        (MemoryChoice choice, MemoryForecast forecast) = fitted.Fitted!.Value;
        Assert.Same(choice.Method, fitted.Method);
        Assert.Equal(CacheType.Float16, fitted.Request.CacheType);
        Assert.Equal(choice.Chunk, ((HomerMethod)fitted.Method).Options.Chunk);
        Assert.Same(request.Input, fitted.Request.Input);
        Assert.InRange(forecast.PeakBytes, 1, budget);
        device.Memory.ResetPeak();
        fitted.Read().Dispose();
        Assert.InRange(device.Memory.Peak, 1, budget);
    }

    [Fact]
    public void Leaves_are_kept_and_used_again_for_a_longer_question()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using LeafStore leaves = LeafStore.OnDevice();
        ContextInput input = MethodCase.Input(300);
        DocumentReader first = Keep(input);
        Assert.Null(((HomerMethod)first.Method).Options.Chunk);
        first.Read().Dispose();
        int read = leaves.Reused, room = leaves.DocumentRoom!.Value;
        Assert.Equal(0, read);
        DocumentReader second = Keep(input with { Suffix = [1, 2, 3, 4, 5] });
        var method = (HomerMethod)second.Method;
        Assert.Equal(room, method.DocumentRoom(second.Request));
        using KvContext again = second.Read(), afresh = method.WithLeaves(null).Read(second.Request);
        Assert.Equal(((HomerReading)second.Plan!).Plan.LeafCount, leaves.Reused);
        Assert.Equal(afresh.ReadLogits(), again.ReadLogits());

        DocumentReader Keep(ContextInput asked)
        {
            var reader = new DocumentReader(new HomerMethod(), new(model, asked));
            reader.Keep(leaves, fitChunks: true);
            return reader;
        }
    }

    [Fact]
    public void Chunks_are_fitted_to_the_leaves_only_where_asked_and_open()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using LeafStore leaves = LeafStore.OnHost();
        new HomerMethod(new() { Chunk = 40 }).WithLeaves(leaves).Read(new(model, MethodCase.Input(300))).Dispose();
        Assert.Null(ChunkAfterKeeping(new(), fitChunks: false));
        Assert.Equal(40, ChunkAfterKeeping(new(), fitChunks: true));
        Assert.Equal(50, ChunkAfterKeeping(new() { Chunk = 50 }, fitChunks: true));

        int? ChunkAfterKeeping(HomerOptions options, bool fitChunks)
        {
            var reader = new DocumentReader(new HomerMethod(options), new(model, MethodCase.Input(300)));
            reader.Keep(leaves, fitChunks);
            return ((HomerMethod)reader.Method).Options.Chunk;
        }
    }

    [Fact]
    public void Keeping_leaves_makes_a_new_plan_and_keeping_nothing_does_not()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var reader = new DocumentReader(new HomerMethod(), new(model, MethodCase.Input(300)));
        PlannedReading plan = reader.Plan!;
        reader.Keep(null);
        Assert.Same(plan, reader.Plan);
        using LeafStore? leaves = reader.KeepAutomatically();
        Assert.NotNull(leaves);
        Assert.NotSame(plan, reader.Plan);
        Assert.Equal(0, leaves.Bytes);
        reader.Read().Dispose();
        Assert.InRange(leaves.Bytes, 1, reader.Plan!.KeptBytes);
    }

    [Fact]
    public void Methods_without_a_plan_have_no_forecast_keep_nothing_and_are_read()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        using LeafStore leaves = LeafStore.OnDevice();
        var request = new ContextRequest(model, MethodCase.Input(300));
        foreach (IContextMethod method in new IContextMethod[] { new PlainMethod(), new StreamingMethod(), new TruncationMethod() })
        {
            var reader = new DocumentReader(method, request);
            Assert.Null(reader.Plan);
            Assert.Null(reader.Forecast());
            reader.Keep(leaves, fitChunks: true);
            Assert.Null(reader.KeepAutomatically());
            Assert.Same(method, reader.Method);
            Assert.Same(request, reader.Request);
            using KvContext context = reader.Read(), expected = method.Read(request);
            Assert.Equal(expected.ReadLogits(), context.ReadLogits());
            Assert.Equal((0, 0), (leaves.Bytes, leaves.Reused));
        }
    }

    [Fact]
    public void A_budget_is_refused_for_a_method_that_cannot_be_fitted()
    {
        using var model = TransformerModel.Load(GoldenCase.Model("random-gqa"), Open("cpu"));
        var request = new ContextRequest(model, MethodCase.Input(300));
        Refused.With("streaming", () => _ = new DocumentReader(new StreamingMethod(), request, budget: 1 << 30));
        Refused.With("truncate", () => _ = new DocumentReader(new TruncationMethod(), request, budget: 1 << 30));
    }

    [Fact]
    public void A_document_is_read_again_only_where_the_method_can()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        long before = engine.Model.Device.Memory.InUse;
        (string document, _) = VillageChronicle.Write(seed: 1, characters: 5_000, depth: 0.5);
        ContextInput input = engine.Encode(engine.Template.Prefix, document, engine.Template.Ask("What is the pass key?"));
        // Every token is less probable than 1, so that the document is read again until the limit is reached.
        var options = new GenerationOptions { MaxTokens = 12, Confidence = 1, MostReadings = 2 };
        Assert.Equal(2, Continue(engine.Merging())!.Count);
        Assert.Null(Continue(new TruncationMethod()));

        ConfidenceRereading? Continue(IContextMethod method)
        {
            var reader = new DocumentReader(method, engine.Request(input, options.MaxTokens), options);
            Assert.Null(reader.Rereading);
            using (KvContext context = reader.Read())
                Assert.NotEmpty(reader.Continue(context, engine.Tokenizer, options).Pieces.ToArray());
            Assert.Equal(before, engine.Model.Device.Memory.InUse);
            return reader.Rereading;
        }
    }

    /// <summary>Merges, and counts the plans.</summary>
    private sealed class CountingMethod : IPlannedMethod
    {
        private readonly HomerMethod merging = new();

        public int Plans { get; private set; }

        public string Name => merging.Name;

        public string Summary => merging.Summary;

        public PlannedReading Plan(ContextRequest request)
        {
            Plans++;
            return merging.Plan(request);
        }

        public KvContext Read(ContextRequest request) => Plan(request).Read();
    }
}
