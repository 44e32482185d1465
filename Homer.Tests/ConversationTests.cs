using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Reading.Leaves;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>Conversations with homer-mini that grow beyond its window of 512 tokens.</summary>
public sealed class ConversationTests
{
    private const string Question = "Where did Mara hide the lantern?";

    [Fact]
    public void The_first_turn_is_answered_like_ask()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        string document = string.Concat(Enumerable.Repeat("The carts come and the carts go. ", 200))
            + "It was Mara who hid the lantern in the barn.";
        var options = new GenerationOptions { MaxTokens = 16, Stop = [engine.Template.Stop] };
        Assert.True(engine.Tokenizer.Encode(document).Length > engine.Model.Config.Window);
        using var conversation = new Conversation(engine, document);
        Assert.Equal(engine.Ask(document, Question, options), string.Concat(conversation.Ask(Question, options)).Trim());
    }

    [Fact]
    public void A_history_longer_than_the_window_goes_on_and_frees_all_memory()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        MemoryLedger memory = engine.Model.Device.Memory;
        long weights = memory.InUse, longest = 0;
        using (var conversation = new Conversation(engine))
        {
            for (int turn = 0; turn < 40; turn++)
            {
                int before = conversation.Length;
                memory.ResetPeak();
                Assert.NotEmpty(string.Concat(conversation.Ask(
                    Question, new() { MaxTokens = 24 }, cancellation: TestContext.Current.CancellationToken)));
                Assert.True(conversation.Length > before);
                longest = Math.Max(longest, memory.Peak);
            }

            Assert.True(conversation.Length > engine.Model.Config.Window, $"{conversation.Length} tokens are no test");
        }

        Assert.Equal(weights, memory.InUse);
        // The memory of one full window, of a few chunks that wait to be merged, and of the kept leaves.
        Assert.True(longest - weights < 16 << 20, $"{longest - weights} bytes beyond the weights");
    }

    [Fact]
    public void Further_questions_about_a_long_document_are_answered_as_if_nothing_were_kept()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        (string document, _) = VillageChronicle.Write(seed: 3, characters: 8_000, depth: 0.3);
        var options = new GenerationOptions { MaxTokens = 16, Stop = ["."] };
        LeafStore? leaves = null;
        using Conversation keeps = new(engine, document, _ => leaves = LeafStore.OnDevice()), forgets = new(engine, document, _ => null);
        foreach (string question in new[] { "What is the pass key?", Question, "What is the pass key?" })
            Assert.Equal(string.Concat(forgets.Ask(question, options)), string.Concat(keeps.Ask(question, options)));
        // The 1,800 tokens are eight leaves, and each turn changes only the last one.
        Assert.True(leaves!.Reused > 5, $"{leaves.Reused} leaves were used again");
    }

    [Fact]
    public void A_canceled_turn_does_not_change_the_history()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        using var conversation = new Conversation(engine, "A day begins and a day ends.");
        int before = conversation.Length;
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => conversation.Ask(Question, cancellation: stopped.Token).Count());
        Assert.Throws<HomerException>(() => conversation.Ask(" ").Count());
        Assert.Equal(before, conversation.Length);
    }
}
