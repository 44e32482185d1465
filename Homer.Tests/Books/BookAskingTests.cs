using Homer.Engine;
using Homer.Engine.Books;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Recall;
using Homer.Tests.Evaluation;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>Tests questions about books.</summary>
public sealed class BookAskingTests(MiniEngine mini) : IClassFixture<MiniEngine>
{
    private const string Question = "What is the pass key?";

    private static readonly RecallOptions Asking = new() { Tokens = 100, Neighbours = 8 };

    [Fact]
    public void An_answer_is_that_of_recall_and_no_token_of_the_document_is_read()
    {
        using var books = new BookCase(mini.Engine, 1);
        books.Read();
        using var book = Book.Open(books.Path);
        BookDocument document = book.Document(book.Files);
        ContextInput input = mini.Engine.Prompt.Encode(document.Tokens, Question);
        var request = new ContextRequest(mini.Engine.Model, input) { NewTokens = 1 };
        List<double> shares = [], ofBook = [];
        using KvContext read = ((RecallMethod)mini.Engine.Calibrated(new RecallMethod(BookCase.Options))).Plan(request).Read(shares.Add);
        using KvContext kept = book.Method(mini.Engine, document, Asking).Plan(request).Read(ofBook.Add);
        Assert.Equal(read.Survivors.Tokens, kept.Survivors.Tokens);
        Assert.Equal(read.ReadLogits(), kept.ReadLogits());
        // Each chunk of a document that is read reports its share.
        Assert.True(shares.Count > 2);
        Assert.Equal([1], ofBook);
    }

    [Fact]
    public void Questions_are_answered_from_the_files_that_are_meant()
    {
        using var books = new BookCase(mini.Engine, 3);
        string[] keys = [.. Enumerable.Range(0, 3).Select(number => books.Write(number, seed: number))];
        books.Read();
        using var book = Book.Open(books.Path);
        for (int number = 0; number < 3; number++)
            Assert.Contains(keys[number], mini.Engine.Ask(book, Question, [$"chronicle-0{number}*"], Asking), StringComparison.Ordinal);
        Assert.Equal(2, book.Matching(["*-01.txt", "*-02*"]).Count);
        Refused.With("fits 'contract*'", () => book.Matching(["contract*"]));
        Refused.With("heads 5.0", () => mini.Engine.Ask(book, Question, null, Asking with { Heads = "4.0" }));
    }

    [Fact]
    public async Task Several_threads_ask_while_the_book_is_brought_up_to_date()
    {
        using var books = new BookCase(mini.Engine, 3);
        books.Read();
        using var book = Book.Open(books.Path);
        string answer = mini.Engine.Ask(book, Question, null, Asking, new GenerationOptions { MaxTokens = 8 });
        Task<string>[] asking = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => mini.Engine.Ask(book, Question, null, Asking, new GenerationOptions { MaxTokens = 8 })))];
        books.Write(1, seed: 50);
        File.Delete(books.FileOf(2));
        BookReport report = books.Read();
        Assert.Equal((2, 1, 1, 1), (report.Files, report.Read, report.Kept, report.Removed));
        Assert.All(await Task.WhenAll(asking), one => Assert.Equal(answer, one));
        Assert.Equal(answer, mini.Engine.Ask(book, Question, null, Asking, new GenerationOptions { MaxTokens = 8 }));
    }

    [Fact]
    public void Another_model_is_refused()
    {
        using var books = new BookCase(mini.Engine, 1);
        books.Read();
        using var book = Book.Open(books.Path);
        using var model = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(RepositoryFiles.HomerMini))
            File.Copy(file, model[Path.GetFileName(file)]);
        model.With("homer-prompt.json", """{"prefix":"Read.","question":"{question}","stop":"."}""");
        using HomerEngine other = HomerEngine.Load(model.Path, "cpu");
        Refused.With("another prompt template", () => other.Ask(book, Question, null, Asking));
    }
}
