using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>An engine that several threads use, or that is used after it was disposed of.</summary>
public sealed class EngineThreadsTests
{
    private static readonly GenerationOptions Options = new() { MaxTokens = 6, Stop = ["."], Confidence = 0 };

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Threads_take_turns_and_get_the_answers_of_one_thread(int threads)
    {
        using HomerEngine engine = Load();
        long held = engine.Model.Device.Memory.InUse;
        string[] documents =
            [.. Enumerable.Range(0, threads).Select(i => VillageChronicle.Write(seed: i, characters: 1_500 + (300 * i), depth: 0.3).Text)];
        string[] alone = [.. documents.Select(document => engine.Ask(document, "What is the pass key?", Options))];
        string[] together = new string[threads];
        Parallel.For(0, threads, new() { MaxDegreeOfParallelism = threads }, i =>
            together[i] = engine.Ask(documents[i], "What is the pass key?", Options));
        Assert.Equal(alone, together);
        engine.KeepsLeaves = false;
        Assert.Equal(held, engine.Model.Device.Memory.InUse);
    }

    [Fact]
    public void Two_answers_may_be_taken_piece_by_piece_in_turn()
    {
        using HomerEngine engine = Load();
        using Conversation first = new(engine, "It was Mara who hid the lantern."), second = new(engine, "Milo sold the old candle.");
        string[] alone = [Whole(new(engine, "It was Mara who hid the lantern.")), Whole(new(engine, "Milo sold the old candle."))];
        string[] mixed = ["", ""];
        using IEnumerator<string> a = first.Ask("Who hid the lantern?", Options).GetEnumerator();
        using IEnumerator<string> b = second.Ask("Who hid the lantern?", Options).GetEnumerator();
        for (bool more = true; more;)
        {
            more = false;
            if (a.MoveNext())
                (more, mixed[0]) = (true, mixed[0] + a.Current);
            if (b.MoveNext())
                (more, mixed[1]) = (true, mixed[1] + b.Current);
        }

        Assert.Equal(alone, mixed);

        static string Whole(Conversation conversation)
        {
            using (conversation)
                return string.Concat(conversation.Ask("Who hid the lantern?", Options));
        }
    }

    [Fact]
    public void A_conversation_answers_one_question_after_the_other()
    {
        using HomerEngine engine = Load();
        using var conversation = new Conversation(engine, "It was Mara who hid the lantern.");
        using (IEnumerator<string> open = conversation.Ask("Who hid the lantern?", Options).GetEnumerator())
        {
            Assert.True(open.MoveNext());
            Assert.Throws<InvalidOperationException>(() => string.Concat(conversation.Ask("Where?", Options)));
        }

        Assert.NotEmpty(string.Concat(conversation.Ask("Who hid the lantern?", Options)));
    }

    [Fact]
    public void After_disposal_every_use_throws()
    {
        HomerEngine engine = Load();
        var conversation = new Conversation(engine, "It was Mara who hid the lantern.");
        using IEnumerator<string> open = conversation.Ask("Who hid the lantern?", Options).GetEnumerator();
        Assert.True(open.MoveNext());
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => open.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => engine.Ask("A text.", "What?"));
        Assert.Throws<ObjectDisposedException>(() => engine.Read(engine.Encode("a", "b", "c")));
        Assert.Throws<ObjectDisposedException>(() => string.Concat(conversation.Ask("Where?", Options)));
        conversation.Dispose();
        Assert.Throws<ObjectDisposedException>(() => conversation.Ask("Where?", Options));
    }

    [Fact]
    public async Task Disposal_waits_for_a_thread_that_reads()
    {
        HomerEngine engine = Load();
        using var started = new ManualResetEventSlim();
        string document = VillageChronicle.Write(seed: 1, characters: 20_000, depth: 0.3).Text;
        Task<string> answer = Task.Run(() =>
        {
            using var conversation = new Conversation(engine, document);
            return string.Concat(conversation.Ask("What is the pass key?", Options, progress: _ => started.Set()));
        });
        started.Wait(TestContext.Current.CancellationToken);
        engine.Dispose();
        // The reading is over. The answer may have been complete, or its next piece finds the engine disposed of.
        Exception? failure = await Record.ExceptionAsync(() => answer);
        Assert.True(failure is null or ObjectDisposedException, $"{failure}");
        Assert.Throws<ObjectDisposedException>(() => engine.Ask(document, "What is the pass key?"));
    }

    [Fact]
    public void A_waiting_thread_that_is_cancelled_leaves()
    {
        using HomerEngine engine = Load();
        using var cancellation = new CancellationTokenSource();
        engine.Gate.Run(
            () =>
            {
                // On a thread of its own: whoever waits for a task that no thread has taken yet runs it itself.
                Task waiting = Task.Factory.StartNew(
                    () => engine.Ask("A text.", "What?", Options, cancellation.Token), CancellationToken.None,
                    TaskCreationOptions.LongRunning, TaskScheduler.Default);
                cancellation.CancelAfter(50);
                Assert.ThrowsAny<OperationCanceledException>(() => waiting.GetAwaiter().GetResult());
                return 0;
            },
            CancellationToken.None);
    }

    private static HomerEngine Load() => HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
}
