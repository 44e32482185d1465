using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Reading;
using Homer.Tests.Support;

namespace Homer.Tests.Reading;

/// <summary>Tests reading again where the model is unsure, with homer-mini and documents of a dozen times its window.</summary>
public sealed class ConfidenceRereadingTests
{
    private const string Question = "What is the pass key?";

    [Fact]
    public void Reading_again_finds_tokens_that_the_first_reading_dropped()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        int right = 0, rightAtOnce = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            (string document, string key) = VillageChronicle.Write(seed, characters: 30_000, depth: seed / 8.0);
            var options = new GenerationOptions { MaxTokens = 16, Stop = ["."] };
            ContextInput input = engine.Encode(engine.Template.Prefix, document, engine.Template.Ask(Question));
            ContextRequest request = engine.Request(input, newTokens: options.MaxTokens);
            right += Finds(new ConfidenceRereading(engine.Merging(), request)) ? 1 : 0;
            rightAtOnce += Finds(null) ? 1 : 0;

            bool Finds(ConfidenceRereading? rereading)
            {
                // Random pruning drops the key.
                using KvContext context = engine.Merging(HomerOptions.Best with { Pruning = Pruning.Random }).Read(request);
                Continuation continuation = engine.Continue(context, options, rereading: rereading);
                return string.Concat(continuation.Pieces.Select(piece => piece.Text)).EndsWith("#" + key, StringComparison.Ordinal);
            }
        }

        Assert.True(right >= 7 && rightAtOnce <= 1, $"{right} of 8 right by reading again, {rightAtOnce} by reading once");
    }

    [Fact]
    public void Nothing_is_read_again_without_need_or_room()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        (string document, _) = VillageChronicle.Write(seed: 1, characters: 20_000, depth: 0.5);
        ContextInput input = engine.Encode(engine.Template.Prefix, document, engine.Template.Ask(Question));
        var options = new GenerationOptions { MaxTokens = 12 };
        Assert.Equal(0, Readings(options with { Confidence = 0 }, null));
        Assert.Equal(0, Readings(options with { MostReadings = 0 }, null));
        Assert.Equal(0, Readings(options, budget: 1));
        Assert.InRange(Readings(options with { Confidence = 1, MostReadings = 2 }, null), 2, 2);

        int Readings(GenerationOptions settings, long? budget)
        {
            long before = engine.Model.Device.Memory.InUse;
            ContextRequest request = engine.Request(input, newTokens: settings.MaxTokens);
            var rereading = new ConfidenceRereading(engine.Merging(), request, budget);
            using (KvContext context = new HomerMethod().Read(request))
                Assert.Equal(settings.MaxTokens, engine.Continue(context, settings, rereading: rereading).Pieces.Count());
            Assert.Equal(before, engine.Model.Device.Memory.InUse);
            return rereading.Count;
        }
    }
}
