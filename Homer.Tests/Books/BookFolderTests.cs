using System.Text;
using System.Text.Json;
using Homer.Engine.Books;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Cli;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>Tests that a folder of a thousand files costs its difference when it is read again, all or nothing.</summary>
public sealed class BookFolderTests : IDisposable
{
    private const int Count = 1000;

    private static readonly string[] Command = ["read", "--model", RepositoryFiles.HomerMini, "--heads", "5.0"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LongFact]
    public void Of_a_thousand_files_those_that_changed_are_read_and_a_kill_leaves_the_old_book_or_the_new_one()
    {
        Directory.CreateDirectory(folder["texts"]);
        for (int i = 0; i < Count; i++)
            Write(i, seed: i);
        JsonElement first = Read();
        Assert.Equal((Count, Count), (Number(first, "files"), Number(first, "read")));
        byte[] old = File.ReadAllBytes(folder["b"]);

        string gone = Fact(77).Sentence, changed = Fact(500).Sentence;
        Assert.Equal(gone, Found(Fact(77).Question, "part-0077*"));
        foreach (int i in (int[])[3, 500, 999])
            Write(i, seed: 5000 + i);
        Write(Count, seed: Count);
        File.Delete(FileOf(77));
        File.Delete(FileOf(640));

        // What the new book is, made apart.
        Read("whole");
        byte[] whole = File.ReadAllBytes(folder["whole"]);
        var random = new Random(4);
        int kept = 0;
        for (int i = 0; i < 10; i++)
        {
            using var run = new RunningHomer([.. Command, folder["texts"], "--out", folder["b"]]);
            Thread.Sleep(random.Next(300, 1500));
            if (!run.HasEnded)
                run.Send("KILL");
            run.End();
            byte[] now = File.ReadAllBytes(folder["b"]);
            bool isOld = now.AsSpan().SequenceEqual(old);
            Assert.True(isOld || now.AsSpan().SequenceEqual(whole), $"run {i} left another book");
            kept += isOld ? 1 : 0;
            if (!isOld)
                File.WriteAllBytes(folder["b"], old);
        }

        Assert.True(kept > 0, "no run was killed in time");
        File.Delete(folder["b.part"]);
        JsonElement again = Read();
        Assert.Equal(
            (Count - 1, 4, Count - 5, 2),
            (Number(again, "files"), Number(again, "read"), Number(again, "kept"), Number(again, "removed")));
        Assert.Equal(whole, File.ReadAllBytes(folder["b"]));
        double all = first.GetProperty("seconds").GetDouble(), some = again.GetProperty("seconds").GetDouble();
        TestContext.Current.TestOutputHelper?.WriteLine($"all files in {all:0.0} s, the difference in {some:0.0} s");

        // Deleted text is in no part of the book, and so is what was changed.
        Assert.Equal(-1, whole.AsSpan().IndexOf(Encoding.UTF8.GetBytes(gone)));
        Assert.Equal(-1, whole.AsSpan().IndexOf(Encoding.UTF8.GetBytes(changed)));
        using var book = Book.Open(folder["b"]);
        Assert.DoesNotContain(book.Files, file => file.Path == FileOf(77) || file.Path == FileOf(640));
        JsonElement found = HomerProcess.RunJson("find", folder["b"], Fact(77).Question, "--top", "50");
        Assert.DoesNotContain(
            found.GetProperty("passages").EnumerateArray(),
            passage => passage.GetProperty("file").GetString() == FileOf(77) || passage.GetProperty("text").GetString() == gone);
        Assert.Equal(Fact(5500).Sentence, Found(Fact(5500).Question, "part-0500*"));
    }

    private static HiddenObject Fact(int seed) => new VillageChronicle(seed).HiddenObjects(1)[0];

    private static int Number(JsonElement report, string name) => report.GetProperty(name).GetInt32();

    private string FileOf(int number) => folder[$"texts/part-{number:0000}.txt"];

    private void Write(int number, int seed)
    {
        var chronicle = new VillageChronicle(seed);
        HiddenObject fact = chronicle.HiddenObjects(1)[0];
        File.WriteAllText(FileOf(number), $"{Sentences()} {fact.Sentence} {Sentences()}\n");

        string Sentences() => string.Join(' ', Enumerable.Range(0, 5).Select(_ => chronicle.Sentence()));
    }

    private JsonElement Read(string book = "b") =>
        HomerProcess.RunJson([.. Command, folder["texts"], "--out", folder[book], "--device", "cpu:1"]);

    private string? Found(string question, string pattern) => HomerProcess.RunJson("find", folder["b"], question, "--in", pattern)
        .GetProperty("passages")[0].GetProperty("text").GetString();
}
