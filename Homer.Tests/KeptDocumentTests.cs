using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>Several questions about one document by <see cref="HomerEngine.Ask"/>.</summary>
public sealed class KeptDocumentTests
{
    private static readonly GenerationOptions Options = new() { MaxTokens = 8, Stop = ["."] };
    private static readonly string[] Questions = ["What is the pass key?", "Where did Mara hide the lantern?", "What is the pass key?"];

    [Fact]
    public void A_further_question_uses_the_leaves_of_the_first_and_is_answered_alike()
    {
        string document = VillageChronicle.Write(seed: 3, characters: 8_000, depth: 0.3).Text;
        using HomerEngine keeps = Load(), forgets = Load();
        forgets.KeepsLeaves = false;
        // The first question decides how long chunks are.
        using var conversation = new Conversation(forgets, document, _ => null);
        foreach (string question in Questions)
        {
            string fresh = string.Concat(conversation.AskAside(question, Options, TestContext.Current.CancellationToken)).Trim();
            Assert.Equal(fresh, keeps.Ask(document, question, Options, TestContext.Current.CancellationToken));
        }

        Assert.Equal(forgets.Ask(document, Questions[0], Options), keeps.Ask(document, Questions[0], Options));
        using AskedDocument kept = keeps.Kept.Take(document)!;
        Assert.True(kept.Conversation.ReusedLeaves > 5, $"{kept.Conversation.ReusedLeaves} leaves were used again");
    }

    [Fact]
    public void Leaves_are_freed_with_another_document_with_the_setting_and_with_the_engine()
    {
        HomerEngine engine = Load();
        MemoryLedger memory = engine.Model.Device.Memory;
        long weights = memory.InUse;
        string document = VillageChronicle.Write(seed: 3, characters: 8_000, depth: 0.3).Text;
        engine.Ask(document, Questions[0], Options);
        Assert.True(memory.InUse > weights);
        engine.Ask("A short text.", Questions[0], Options);
        Assert.Equal(weights, memory.InUse);
        engine.Ask(document, Questions[0], Options);
        engine.KeepsLeaves = false;
        Assert.Equal(weights, memory.InUse);
        engine.Ask(document, Questions[0], Options);
        Assert.Equal(weights, memory.InUse);
        engine.KeepsLeaves = true;
        engine.Ask(document, Questions[0], Options);
        engine.Dispose();
        Assert.Equal(0, memory.InUse);
    }

    [Fact]
    public void A_question_that_is_cancelled_or_refused_leaves_the_next_one_as_it_was()
    {
        string document = VillageChronicle.Write(seed: 3, characters: 8_000, depth: 0.3).Text;
        using HomerEngine engine = Load();
        string answer = engine.Ask(document, Questions[0], Options);
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(20);
        Assert.ThrowsAny<OperationCanceledException>(
            () => engine.Ask(document, Questions[1], Options with { MaxTokens = 400, Stop = [] }, stop.Token));
        Assert.Throws<HomerException>(() => engine.Ask(document, " ", Options));
        Assert.Equal(answer, engine.Ask(document, Questions[0], Options));
    }

    [Fact]
    public async Task Threads_that_ask_about_one_document_get_the_same_answer()
    {
        string document = VillageChronicle.Write(seed: 4, characters: 6_000, depth: 0.5).Text;
        HomerEngine engine = Load();
        MemoryLedger memory = engine.Model.Device.Memory;
        string alone = engine.Ask(document, Questions[0], Options);
        string[] together = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => engine.Ask(document, Questions[0], Options))));
        Assert.All(together, answer => Assert.Equal(alone, answer));
        engine.Dispose();
        Assert.Equal(0, memory.InUse);
    }

    private static HomerEngine Load() => HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
}
