using System.Text;
using Homer.Engine.Books;
using Homer.Engine.Methods.Recall;
using Homer.Tests.Evaluation;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>Tests that books hold what was read, whatever happened meanwhile, and are brought up to date by the difference.</summary>
public sealed class BookUpdateTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    [Fact]
    public void A_book_holds_text_tokens_and_keys()
    {
        using var books = new BookCase(mini.Engine, 3);
        BookReport report = books.Read();
        Assert.Equal((3, 3, 0, 0, 0), (report.Files, report.Read, report.Kept, report.Removed, report.Skipped.Count));
        using var book = Book.Open(books.Path);
        Assert.Equal(report.Tokens, book.Tokens);
        Assert.Equal(new FileInfo(books.Path).Length, report.Bytes);
        Assert.Equal(Directory.GetFiles(books.Documents).Order(StringComparer.Ordinal), book.Files.Select(file => file.Path));
        ResolvedRecallOptions options = BookCase.Options.Resolve(mini.Engine.Model.Config, mini.Engine.Model.Config.RopeScaling, null);
        using var reader = new KeyReader(
            mini.Engine.Model, mini.Engine.Model.Config.RopeScaling, options, mini.Engine.Prompt.Prefix(), default);
        foreach (BookFile file in book.Files)
        {
            string text = File.ReadAllText(file.Path);
            int[] ids = mini.Engine.Prompt.Document(text);
            Assert.Equal(text, Encoding.UTF8.GetString(file.Text()));
            Assert.Equal(ids, file.Ids());
            sbyte[] keys = [.. file.Parts.SelectMany(part => part.Elements.ToArray())];
            List<sbyte> expected = [];
            foreach ((int start, int overlap, int count) in reader.Slices(ids.Length))
                expected.AddRange(reader.Read(ids.AsSpan(start - overlap, overlap + count), overlap, default).Elements.ToArray());
            Assert.Equal(expected, keys);
        }

        Assert.False(File.Exists(books.PartPath));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(books.Path));
    }

    [Fact]
    public void A_reading_that_is_stopped_twenty_times_gives_the_same_bytes()
    {
        using var books = new BookCase(mini.Engine, 6);
        books.Read(path: books["whole.homer"]);
        var random = new Random(1);
        int stops = 0, chunks = 0;
        while (!File.Exists(books.Path))
        {
            using var stop = new CancellationTokenSource();
            int left = stops < 20 ? random.Next(1, 3) : int.MaxValue;
            try
            {
                books.Read(
                    _ =>
                    {
                        chunks++;
                        if (--left == 0)
                            stop.Cancel();
                    },
                    cancellation: stop.Token);
            }
            catch (OperationCanceledException)
            {
                stops++;
                Assert.False(File.Exists(books.Path));
                // Whatever a killed process left of a record is cut off.
                if (stops % 3 == 0)
                {
                    using FileStream part = File.OpenWrite(books.PartPath);
                    part.SetLength(part.Length - random.Next(1, 40));
                }
                else if (stops % 3 == 1)
                {
                    File.AppendAllBytes(books.PartPath, new byte[random.Next(1, 100)]);
                }
            }
        }

        Assert.InRange(stops, 10, 20);
        Assert.Equal(File.ReadAllBytes(books["whole.homer"]), File.ReadAllBytes(books.Path));
    }

    [Fact]
    public void An_update_reads_the_difference()
    {
        using var books = new BookCase(mini.Engine, 12);
        books.Read();
        string gone = File.ReadAllText(books.FileOf(7));
        byte[] old = File.ReadAllBytes(books.Path);
        foreach (int number in (int[])[2, 5, 9])
            books.Write(number, seed: 100 + number);
        books.Write(12, seed: 12);
        File.Delete(books.FileOf(0));
        File.Delete(books.FileOf(7));
        using var before = Book.Open(books.Path);
        // Nothing changes before all is read.
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => books.Read(_ => stop.Cancel(), cancellation: stop.Token));
        Assert.Equal(old, File.ReadAllBytes(books.Path));
        BookReport report = books.Read();
        Assert.Equal((11, 4, 7, 2), (report.Files, report.Read, report.Kept, report.Removed));
        books.Read(path: books["new.homer"]);
        Assert.Equal(File.ReadAllBytes(books["new.homer"]), File.ReadAllBytes(books.Path));
        Assert.Equal(-1, File.ReadAllBytes(books.Path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(gone[..60])));
        // What is open goes on.
        Assert.Equal(gone, Encoding.UTF8.GetString(before.Files[7].Text()));
        report = books.Read();
        Assert.Equal((11, 0, 11, 0), (report.Files, report.Read, report.Kept, report.Removed));
    }

    [Fact]
    public void What_is_no_text_is_passed_over_with_a_reason()
    {
        using var books = new BookCase(mini.Engine, 1);
        File.WriteAllBytes(System.IO.Path.Combine(books.Documents, "image.bin"), [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        File.WriteAllText(System.IO.Path.Combine(books.Documents, "blank.txt"), " \n");
        File.WriteAllText(System.IO.Path.Combine(books.Documents, ".hidden"), "Nobody reads this.");
        BookReport report = new BookUpdate(mini.Engine, books.Path) { Options = BookCase.Options }.Run([books["none"], books.Documents]);
        Assert.Equal(1, report.Files);
        Assert.Equal(
            ["blank.txt", "image.bin", "none"],
            report.Skipped.Select(skipped => System.IO.Path.GetFileName(skipped.File)).Order(StringComparer.Ordinal));
        Assert.All(report.Skipped, skipped => Assert.EndsWith(".", skipped.Reason, StringComparison.Ordinal));
        Assert.Equal(0, new BookUpdate(mini.Engine, books["no.homer"]) { Options = BookCase.Options }.Run([books["none"]]).Files);
        Assert.False(File.Exists(books["no.homer"]));
    }

    [Fact]
    public void Other_settings_and_other_files_are_refused()
    {
        using var books = new BookCase(mini.Engine, 1);
        books.Read();
        RecallOptions other = BookCase.Options with { Heads = "4.1" };
        Refused.With("heads 5.0 instead of 4.1", () => books.Read(options: other));
        Assert.Equal(1, books.Read(options: other, anew: true).Read);
        using (var book = Book.Open(books.Path))
            Assert.Equal("4.1", Assert.Single(book.Heads).ToString());
        File.WriteAllText(books["text"], "A text that must stay.");
        Refused.With("is no book", () => books.Read(path: books["text"]));
        File.WriteAllText(books["b.part"], "Another text that must stay.");
        Refused.With("no progress", () => books.Read(path: books["b"]));
    }

    [Fact]
    public void One_process_at_a_time_writes()
    {
        using var books = new BookCase(mini.Engine, 1);
        bool isRefused = false;
        books.Read(_ =>
        {
            if (!isRefused)
                Refused.With("another homer read", () => books.Read());
            isRefused = true;
        });
        Assert.True(isRefused);
    }
}
