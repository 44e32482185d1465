using System.Text;
using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary><c>homer find</c>, and the receipts and sources of <c>homer ask</c>.</summary>
public sealed class FindCommandTests
{
    private const string Recall = "recall:heads=5.0,tokens=128,neighbours=8,question=all";

    [Fact]
    public void The_passage_that_answers_comes_first_with_its_place()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out byte[] bytes);
        JsonElement found = HomerProcess.RunJson(
            "find", folder["other.txt"], folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", Recall,
            "--top", "3");
        JsonElement[] passages = [.. found.GetProperty("passages").EnumerateArray()];
        Assert.Equal(3, passages.Length);
        Assert.Equal(fact.Sentence, passages[0].GetProperty("text").GetString());
        Assert.Equal(folder["chronicle.txt"], passages[0].GetProperty("file").GetString());
        Assert.Equal(2, passages[0].GetProperty("line").GetInt32());
        int start = passages[0].GetProperty("start").GetInt32(), end = passages[0].GetProperty("end").GetInt32();
        Assert.Equal(fact.Sentence, Encoding.UTF8.GetString(bytes[start..end]));
        Assert.All(
            found.GetProperty("receipt").EnumerateArray(),
            one => Assert.Equal(one.GetProperty("found").GetInt32(), one.GetProperty("read").GetInt32()));
        HomerProcess plain = HomerProcess.Run(
            "find", folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", Recall, "--top", "1");
        Assert.StartsWith($"{folder["chronicle.txt"]}:2: ", plain.Output, StringComparison.Ordinal);
        Assert.Contains("tokens found", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_threshold_all_is_refused_in_a_sentence()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out _);
        HomerProcess run = HomerProcess.Run(
            "find", folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", Recall, "--all");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("homer calibrate", run.Error, StringComparison.Ordinal);
        JsonElement all = HomerProcess.RunJson(
            "find", folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", Recall, "--all",
            "--threshold", "4");
        Assert.All(all.GetProperty("passages").EnumerateArray(), one => Assert.True(one.GetProperty("score").GetDouble() >= 4));
    }

    [Fact]
    public void All_that_answers_is_listed_by_what_was_learned_of_the_model()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out _);
        JsonElement all = HomerProcess.RunJson(
            "find", folder["chronicle.txt"], folder["other.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--all");
        JsonElement one = Assert.Single(all.GetProperty("passages").EnumerateArray());
        Assert.Equal(fact.Sentence, one.GetProperty("text").GetString());
        Assert.InRange(one.GetProperty("score").GetDouble(), all.GetProperty("threshold").GetDouble(), 1);
        HomerProcess none = HomerProcess.Run(
            "find", folder["other.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--all");
        Assert.Equal((0, ""), (none.ExitCode, none.Output));
        Assert.Contains("threshold", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "find")]
    [InlineData(2, "find", "only-one")]
    [InlineData(2, "find", "file", "words", "--method", "plain")]
    [InlineData(1, "find", "no-such-file", "words")]
    public void Mistakes_are_refused(int code, params string[] arguments) => Assert.Equal(code, HomerProcess.Run(arguments).ExitCode);

    [Fact]
    public void Truncation_admits_in_its_receipt_what_it_cut()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out _);
        foreach ((string method, bool cuts) in new[] { ("truncate", true), ("homer", false), (Recall, false) })
        {
            JsonElement answer = HomerProcess.RunJson(
                "ask", "--document", folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", method);
            JsonElement receipt = Assert.Single(answer.GetProperty("receipt").EnumerateArray());
            int found = receipt.GetProperty("found").GetInt32(), passed = receipt.GetProperty("passed_over").GetInt32();
            Assert.Equal(found, receipt.GetProperty("read").GetInt32() + passed);
            Assert.Equal(cuts, passed > 0);
            if (!cuts)
                Assert.Equal(fact.Sentence, answer.GetProperty("passages")[0].GetProperty("text").GetString());
        }
    }

    [Fact]
    public void Sources_are_shown_with_their_places()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out _);
        HomerProcess run = HomerProcess.Run(
            "ask", "--document", folder["chronicle.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--sources");
        Assert.Contains($"{folder["chronicle.txt"]}:2: ", run.Output, StringComparison.Ordinal);
        Assert.Contains(fact.Sentence, run.Output, StringComparison.Ordinal);
        Assert.Contains(" 0 passed over", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recall")]
    [InlineData("homer")]
    public void What_the_document_does_not_hold_is_refused_with_the_nearest_passages(string method)
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out byte[] bytes);
        string document = folder["chronicle.txt"], absent = (fact with { Thing = fact.Thing == "anchor" ? "flute" : "anchor" }).Question;
        JsonElement held = Asked(fact.Question);
        Assert.True(held.GetProperty("in_document").GetBoolean());
        Assert.Contains(fact.Place, held.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(held.TryGetProperty("guess", out _));

        JsonElement refused = Asked(absent);
        Assert.False(refused.GetProperty("in_document").GetBoolean());
        Assert.Equal("Not in the document.", refused.GetProperty("text").GetString());
        string guess = refused.GetProperty("guess").GetString()!;
        JsonElement[] passages = [.. refused.GetProperty("passages").EnumerateArray()];
        Assert.NotEmpty(passages);
        Assert.All(passages, one => Assert.Equal(
            one.GetProperty("text").GetString(),
            Encoding.UTF8.GetString(bytes[one.GetProperty("start").GetInt32()..one.GetProperty("end").GetInt32()])));
        Assert.Equal(refused.GetProperty("evidence").GetDouble(), passages[0].GetProperty("score").GetDouble());

        HomerProcess plain = HomerProcess.Run("ask", document, absent, "--model", RepositoryFiles.HomerMini, "--method", method);
        Assert.Equal(0, plain.ExitCode);
        string[] lines = plain.Output.TrimEnd().Split('\n');
        Assert.Equal("Not in the document.", lines[0]);
        Assert.Equal(passages.Length, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.StartsWith(document + ":", line, StringComparison.Ordinal));
        Assert.Contains("--guess", plain.Error, StringComparison.Ordinal);
        JsonElement guessed = Asked(absent, "--guess");
        Assert.Equal(guess, guessed.GetProperty("text").GetString());
        Assert.False(guessed.TryGetProperty("in_document", out _));

        JsonElement Asked(params string[] words) => HomerProcess.RunJson(
            ["ask", document, words[0], "--model", RepositoryFiles.HomerMini, "--method", method, .. words[1..]]);
    }

    [Fact]
    public void Without_a_table_nothing_is_judged()
    {
        using TemporaryFolder folder = Written(out HiddenObject fact, out _);
        JsonElement answer = HomerProcess.RunJson(
            "ask", folder["other.txt"], fact.Question, "--model", RepositoryFiles.HomerMini, "--method", "homer", "--bias", "none");
        Assert.False(answer.TryGetProperty("in_document", out _));
        Assert.NotEqual("Not in the document.", answer.GetProperty("text").GetString());
    }

    /// <summary>Writes two chronicles, of which one has a fact in the middle of its second line.</summary>
    private static TemporaryFolder Written(out HiddenObject fact, out byte[] bytes)
    {
        var chronicle = new VillageChronicle(7);
        fact = chronicle.HiddenObjects(1)[0];
        string before = Sentences(40), text = $"{before}\r\n{Sentences(40)} {fact.Sentence} {Sentences(40)}\n{before}";
        bytes = Encoding.UTF8.GetBytes(text);
        return new TemporaryFolder().With("chronicle.txt", text).With("other.txt", Sentences(60));

        string Sentences(int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => chronicle.Sentence()));
    }
}
