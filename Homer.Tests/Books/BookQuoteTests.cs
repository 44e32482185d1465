using System.Text;
using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Cli;
using Homer.Tests.Support;

namespace Homer.Tests.Books;

/// <summary>Tests that every quote of many answers stands in the file that it names, at the bytes that it names.</summary>
public sealed class BookQuoteTests : IDisposable
{
    private const int FactsOfFile = 50;

    private static readonly byte[] Mark = [0xef, 0xbb, 0xbf];

    // What comes between sentences, and the bytes of the file.
    private static readonly (string Name, string Between, Func<string, byte[]> Bytes)[] Kinds =
    [
        ("plain", " ", Encoding.UTF8.GetBytes),
        ("mark", " ", text => [.. Mark, .. Encoding.UTF8.GetBytes(text)]),
        ("crlf", "\r\n", Encoding.UTF8.GetBytes),
        ("emoji", " 🏡👩‍👩‍👧 ", Encoding.UTF8.GetBytes),
        ("combining", " a\u0301\u0302e\u0308. ", Encoding.UTF8.GetBytes),
        ("tabs", "\t\t", Encoding.UTF8.GetBytes),
        ("paragraphs", " \n \n\n", Encoding.UTF8.GetBytes),
        ("wide", " 漢字、かな。", Encoding.UTF8.GetBytes),
        ("carriage", "\r", Encoding.UTF8.GetBytes),
        ("utf16", " é\n", text => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Quotes_of_odd_texts_stand_where_they_are_said_to_stand() => Assert.True(Ask(1, 1) > 0);

    [LongFact]
    public void All_quotes_of_a_thousand_answers_stand_where_they_are_said_to_stand()
    {
        int right = Ask(2, FactsOfFile);
        TestContext.Current.TestOutputHelper?.WriteLine($"the sentence that states the fact came first for {right:N0} of 1,000");
        // Each file has fifty facts about a few people.
        Assert.InRange(right, 850, 1000);
    }

    /// <summary>Asks about facts in files of every kind, and returns how often the sentence of the fact comes first.</summary>
    private int Ask(int rounds, int questions)
    {
        Directory.CreateDirectory(folder["texts"]);
        var texts = new Dictionary<string, (string Text, HiddenObject[] Facts)>();
        for (int i = 0; i < rounds * Kinds.Length; i++)
        {
            (string name, string between, Func<string, byte[]> bytes) = Kinds[i % Kinds.Length];
            var chronicle = new VillageChronicle(i);
            HiddenObject[] facts = [.. chronicle.HiddenObjects(FactsOfFile)];
            string text = string.Join(
                between, facts.SelectMany(fact => Enumerable.Range(0, 6).Select(_ => chronicle.Sentence()).Append(fact.Sentence)));
            string path = folder[$"texts/{name}-{i}.txt"];
            File.WriteAllBytes(path, bytes(text));
            texts[path] = (text, facts);
        }

        HomerProcess.RunJson("read", folder["texts"], "--out", folder["b"]);
        int right = 0;
        foreach ((string path, (string text, HiddenObject[] facts)) in texts)
        {
            HiddenObject[] asked = [.. facts.Take(questions)];
            HomerProcess run = HomerProcess.RunWithInput(
                string.Join('\n', asked.Select(fact => fact.Question)), "ask", folder["b"], "--interactive", "--json", "--in",
                Path.GetFileName(path));
            JsonElement[] answers =
            [
                .. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)),
            ];
            Assert.Equal(asked.Length, answers.Length);
            int before = right;
            foreach ((HiddenObject fact, JsonElement answer) in asked.Zip(answers))
            {
                JsonElement[] passages = [.. answer.GetProperty("passages").EnumerateArray()];
                Assert.NotEmpty(passages);
                Assert.All(passages, passage => AssertStands(passage, path, text));
                right += passages[0].GetProperty("text").GetString()!.Contains(fact.Sentence, StringComparison.Ordinal) ? 1 : 0;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(path)}: {right - before} of {asked.Length}");
        }

        return right;
    }

    private static void AssertStands(JsonElement passage, string path, string text)
    {
        Assert.Equal(path, passage.GetProperty("file").GetString());
        int start = passage.GetProperty("start").GetInt32(), end = passage.GetProperty("end").GetInt32();
        string quote = passage.GetProperty("text").GetString()!;
        byte[] bytes = File.ReadAllBytes(path), encoded = Encoding.UTF8.GetBytes(text);
        int mark = bytes.AsSpan().StartsWith(Mark) ? Mark.Length : 0;
        Assert.Equal(quote, Encoding.UTF8.GetString(encoded[start..end]));
        // The offsets of a file of UTF-8 are the file's own, after its mark.
        if (!path.Contains("utf16", StringComparison.Ordinal))
            Assert.Equal(quote, Encoding.UTF8.GetString(bytes[(mark + start)..(mark + end)]));
        string before = Encoding.UTF8.GetString(encoded[..start]).ReplaceLineEndings("\n");
        Assert.Equal(before.Count(c => c == '\n') + 1, passage.GetProperty("line").GetInt32());
    }
}
