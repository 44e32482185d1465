using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Cli;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>
/// Tests what books are for: twenty files of different kinds as one book, a fact planted in each, all asked of the whole book.
/// </summary>
public sealed class BookOfTwentyFilesTests : IDisposable
{
    private static readonly string[] People = Words(
        "Mara Tobin Elsa Ravi Ines Otto Lena Paulo Greta Hugo Selma Dario Nadia Felix Orla Bruno Tilda Marco Yara Milo");

    private static readonly string[] Things = Words(
        "lantern ledger compass violin kettle ladder mirror basket hammer telescope saddle candle bottle map clock ring flute anchor "
        + "blanket whistle");

    private static readonly string[] Places = Words(
        "harbor mill chapel orchard quarry bakery library tavern stable lighthouse market bridge cellar tower garden forge school barn "
        + "meadow well");

    private readonly TemporaryFolder folder = new();
    private readonly Random random = new(20);

    public void Dispose() => folder.Dispose();

    [LongFact]
    public void Facts_in_twenty_files_of_all_kinds_are_found_and_answered()
    {
        Directory.CreateDirectory(folder["files"]);
        List<(string File, HiddenObject Fact)> planted = [];
        foreach ((string name, string text) in Files())
        {
            var fact = new HiddenObject(People[planted.Count], Things[planted.Count], Places[(7 * planted.Count) % Places.Length]);
            Plant(name, text, fact.Sentence);
            planted.Add((folder[$"files/{name}"], fact));
        }

        Assert.Equal(20, planted.Count);
        JsonElement read = HomerProcess.RunJson("read", folder["files"], "--out", folder["b"]);
        Assert.Equal(20, read.GetProperty("read").GetInt32());
        long tokens = read.GetProperty("tokens").GetInt64();
        Assert.InRange(tokens, SharedData.TryFind("texts/moby-dick.txt") is null ? 1_000_000 : 2_000_000, 10_000_000);

        var clock = Stopwatch.StartNew();
        HomerProcess run = HomerProcess.RunWithInput(
            string.Join('\n', planted.Select(one => one.Fact.Question)), "ask", folder["b"], "--interactive", "--json");
        double seconds = clock.Elapsed.TotalSeconds;
        JsonElement[] answers =
        [
            .. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)),
        ];
        Assert.Equal(planted.Count, answers.Length);
        int right = 0, first = 0, cited = 0, found = 0;
        foreach (((string file, HiddenObject fact), JsonElement answer) in planted.Zip(answers))
        {
            JsonElement[] passages = [.. answer.GetProperty("passages").EnumerateArray()];
            right += answer.GetProperty("text").GetString()!.Contains(fact.Place, StringComparison.Ordinal) ? 1 : 0;
            first += States(passages[0], file, fact) ? 1 : 0;
            cited += passages.Any(passage => States(passage, file, fact)) ? 1 : 0;
            JsonElement of = HomerProcess.RunJson("find", folder["b"], fact.Question, "--in", Path.GetFileName(file), "--top", "1");
            found += States(of.GetProperty("passages")[0], file, fact) ? 1 : 0;
            Assert.Equal(tokens, answer.GetProperty("receipt").EnumerateArray().Sum(one => one.GetProperty("read").GetInt64()));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{tokens:N0} tokens read in {read.GetProperty("seconds").GetDouble():0} s, {read.GetProperty("bytes").GetInt64():N0} bytes; "
            + $"{seconds / planted.Count:0.0} s a question; of 20 right {right}, source first {first}, among the sources {cited}, "
            + $"first in its file {found}"));
        // homer-mini has read nothing but village chronicles: it had 13, 13 and 18.
        Assert.InRange(right, 10, 20);
        Assert.InRange(cited, 10, 20);
        Assert.InRange(found, 16, 20);
    }

    private static bool States(JsonElement passage, string file, HiddenObject fact) =>
        passage.GetProperty("file").GetString() == file
        && passage.GetProperty("text").GetString()!.Contains(fact.Sentence, StringComparison.Ordinal);

    private static string[] Words(string text) => text.Split(' ');

    /// <summary>Writes a file with a sentence on a line of its own, or between two sentences of a text of one line.</summary>
    private void Plant(string name, string text, string sentence)
    {
        int near = (int)(text.Length * ((random.NextDouble() * 0.8) + 0.1)), line = text.IndexOf('\n', near);
        int place = line >= 0 ? line + 1 : text.IndexOf(". ", near, StringComparison.Ordinal) + 2;
        File.WriteAllText(folder[$"files/{name}"], $"{text[..place]}{sentence}{(line >= 0 ? '\n' : ' ')}{text[place..]}");
    }

    private IEnumerable<(string Name, string Text)> Files()
    {
        yield return ("moby-dick.txt", Novel("texts/moby-dick.txt", 1));
        yield return ("pride-and-prejudice.txt", Novel("texts/pride-and-prejudice.txt", 2));
        yield return ("stories.txt", Cut(Novel("texts/tinystories-valid-head.txt", 3), 600_000));
        yield return ("kernels.cs", Source("Homer.Kernels", "*.cs", 400_000));
        yield return ("engine.cs", Source("Homer.Engine", "*.cs", 500_000));
        yield return ("command.cs", Source("Homer.Cli", "*.cs", 300_000));
        yield return ("tests.cs", Source("Homer.Tests", "*.cs", 300_000));
        yield return ("page.js", Source("Homer.Cli", "*.js", 100_000));
        yield return ("page.css", Source("Homer.Cli", "*.css", 100_000));
        yield return ("scripts.sh", Source("eng", "*.sh", 100_000));
        foreach (string name in (string[])["README.md", "docs/cli.md", "docs/methods.md", "docs/kernels.md", "CHANGELOG.md"])
            yield return (Path.GetFileName(name), File.ReadAllText(Path.Combine(RepositoryFiles.Root, name)));
        foreach ((string name, int lines) in new[] { ("server.log", 2500), ("queue.log", 2000), ("build.log", 1500) })
            yield return (name, Lines(lines, Log));
        yield return ("stock.csv", "id,article,shelf,count,price\n" + Lines(4000, Row));
        yield return ("chronicle.txt", VillageChronicle.Write(8, 140_000, 0.4).Text);

        string Log(int i) => string.Create(
            CultureInfo.InvariantCulture,
            $"2026-03-{1 + (i / 100 % 28):00}T{i % 24:00}:{i * 7 % 60:00}:{i * 13 % 60:00}Z INFO worker-{random.Next(16)} request "
            + $"{random.Next():x8} took {random.Next(1, 900)} ms");

        string Row(int i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{i},article-{random.Next():x8},{(char)('A' + random.Next(7))}{random.Next(90)},{random.Next(500)},"
            + $"{random.Next(99_999) / 100.0:0.00}");
    }

    private static string Novel(string name, int seed) =>
        SharedData.TryFind(name) is { } path ? File.ReadAllText(path) : VillageChronicle.Write(seed, 600_000, 0.5).Text;

    private static string Source(string project, string pattern, int length)
    {
        var text = new StringBuilder();
        char separator = Path.DirectorySeparatorChar;
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryFiles.Root, project), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{separator}obj{separator}") && !file.Contains($"{separator}bin{separator}"))
            .Order(StringComparer.Ordinal).TakeWhile(_ => text.Length < length))
            text.Append(File.ReadAllText(file));
        return Cut(text.ToString(), length);
    }

    private static string Cut(string text, int length) => text[..Math.Min(length, text.Length)];

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i) + '\n'));
}
