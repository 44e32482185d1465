using System.Diagnostics;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests;

/// <summary>Cancels a reading at many moments, those at which a GPU compiles its kernels included.</summary>
public sealed class CancellationTests : DeviceTests
{
    private const int Longest = 250;

    // PoCL compiles a kernel once more when it is first put into a queue, which nothing can interrupt.
    private const int LongestOfDrivers = 1000;

    // A busy machine may give a thread no time just then; what is too slow is so at most moments.
    private const int Exceptions = 1;

    [Theory, EveryDevice]
    public void A_reading_stops_soon_at_any_moment(string id)
    {
        using TransformerModel model = TransformerModel.Load(RepositoryFiles.HomerMini, Open(id));
        var random = new Random(1);
        var input = new ContextInput([1], [.. Enumerable.Range(0, 200_000).Select(_ => random.Next(300, 1000))], [300, 301]);
        long weights = model.Device.Memory.InUse;
        List<long> slow = [];
        foreach (int delay in new[] { 1, 20, 50, 100, 200, 300, 500, 800 })
        {
            using var stop = new CancellationTokenSource();
            long begun = 0;
            stop.Token.Register(() => begun = Stopwatch.GetTimestamp());
            stop.CancelAfter(delay);
            Assert.ThrowsAny<OperationCanceledException>(
                () => new HomerMethod(HomerOptions.Best).Read(new(model, input) { Cancellation = stop.Token }).Dispose());
            long took = (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            if (took > (id == "cpu" ? Longest : LongestOfDrivers))
                slow.Add(took);
            Assert.Equal(weights, model.Device.Memory.InUse);
        }

        Assert.True(slow.Count <= Exceptions, $"{string.Join(", ", slow)} ms after the cancellation");
    }

    [Fact]
    public async Task An_answer_stops_while_its_document_is_encoded()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        string document = string.Concat(Enumerable.Repeat("It was Mara who hid the lantern in the barn. ", 3_000_000));
        using var stop = new CancellationTokenSource();
        Task<string> answer = Task.Factory.StartNew(
            () => engine.Ask(document, "Where?", cancellation: stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(answer.IsCompleted);
        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.InRange(watch.ElapsedMilliseconds, 0, Longest);
    }

    [Fact]
    public void What_is_cancelled_before_it_begins_does_not_begin()
    {
        var stopped = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => HomerEngine.Load(RepositoryFiles.HomerMini, "cpu", cancellation: stopped));
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Encode("a", "b", "c", stopped));
        Assert.ThrowsAny<OperationCanceledException>(() => engine.Ask("a", "b", cancellation: stopped));
        Assert.ThrowsAny<OperationCanceledException>(() => new Conversation(engine, "a", cancellation: stopped));
    }
}
