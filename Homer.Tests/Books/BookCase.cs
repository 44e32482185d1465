using Homer.Engine;
using Homer.Engine.Books;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Methods.Recall;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>A folder of chronicles that is read into a book by homer-mini.</summary>
internal sealed class BookCase : IDisposable
{
    /// <summary>Settings under which a chronicle of a few hundred tokens takes several chunks.</summary>
    public static readonly RecallOptions Options = new() { Heads = "5.0", Chunk = 160, Overlap = 16, Tokens = 100, Neighbours = 8 };

    private readonly TemporaryFolder folder = new();
    private readonly HomerEngine engine;

    public BookCase(HomerEngine engine, int files)
    {
        this.engine = engine;
        Directory.CreateDirectory(Documents);
        for (int i = 0; i < files; i++)
            Write(i, seed: i);
    }

    public string Documents => folder["documents"];

    public string Path => folder["book.homer"];

    public string PartPath => Path + ".part";

    public string this[string name] => folder[name];

    /// <summary>Writes a file, and returns the pass key in it.</summary>
    public string Write(int number, int seed)
    {
        (string text, string key) = VillageChronicle.Write(seed, 1200 + (40 * number), 0.4);
        File.WriteAllText(FileOf(number), text);
        return key;
    }

    public string FileOf(int number) => System.IO.Path.Combine(Documents, $"chronicle-{number:00}.txt");

    /// <summary>Reads the folder into the book.</summary>
    public BookReport Read(
        Action<BookProgress>? progress = null, RecallOptions? options = null, string? path = null, bool anew = false,
        CancellationToken cancellation = default) =>
        new BookUpdate(engine, path ?? Path) { Options = options ?? Options, Progress = progress, Anew = anew }
            .Run([Documents], cancellation);

    public void Dispose() => folder.Dispose();
}
