using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Tests.Support;

namespace Homer.Tests.Generation;

/// <summary>Reading again where the model is unsure, with homer-mini and documents twenty times its window.</summary>
public sealed class RereadingTests
{
    private const string Question = "What is the pass key?";

    [Fact]
    public void A_bare_question_is_answered_by_reading_again()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        int right = 0, rightAtOnce = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            (string document, string key) = VillageChronicle.Write(seed, characters: 47_000, depth: seed / 8.0);
            var options = new GenerationOptions { MaxTokens = 16, Stop = ["."] };
            right += engine.Ask(document, Question, options).EndsWith("#" + key, StringComparison.Ordinal) ? 1 : 0;
            rightAtOnce += engine.Ask(document, Question, options with { Confidence = 0 }).EndsWith("#" + key, StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(right >= 7 && right > rightAtOnce, $"{right} of 8 right by reading again, {rightAtOnce} by reading once");
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
            var rereading = new Rereading(new HomerMethod(), request, budget);
            using (Context context = new HomerMethod().Read(request))
                Assert.Equal(settings.MaxTokens, engine.Continue(context, settings, rereading: rereading).Pieces.Count());
            Assert.Equal(before, engine.Model.Device.Memory.InUse);
            return rereading.Count;
        }
    }
}
