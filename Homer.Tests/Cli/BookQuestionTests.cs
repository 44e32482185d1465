using System.Text;
using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests questions about books, one after another, and the passages that <c>homer find</c> takes from them.</summary>
public sealed class BookQuestionTests : IDisposable
{
    private const string Question = "What is the pass key?";
    private const string Asked = "recall:tokens=128,neighbours=8";
    private const string Heads = "recall:heads=5.0,chunk=256,overlap=32";

    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();
    private readonly string[] keys = new string[3];

    public BookQuestionTests()
    {
        Directory.CreateDirectory(folder["texts"]);
        for (int i = 0; i < keys.Length; i++)
        {
            (string text, keys[i]) = VillageChronicle.Write(7 + i, 3000 + (1000 * i), 0.5);
            folder.With($"texts/part-{i}.txt", text);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Questions_are_answered_one_after_another_until_the_end_of_input()
    {
        Read();
        JsonElement alone = HomerProcess.RunJson("ask", folder["b"], Question, "--in", "part-1*", "--method", Asked);
        HomerProcess run = HomerProcess.RunWithInput(
            $"{Question}\n\n  {Question}  \r\nWho?", "ask", folder["b"], "--interactive", "--in", "part-1*", "--method", Asked, "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement[] answers = Lines(run);
        Assert.Equal([Question, Question, "Who?"], answers.Select(answer => answer.GetProperty("question").GetString()));
        foreach (JsonElement answer in answers[..2])
        {
            foreach (string same in (string[])["text", "receipt", "passages"])
                Assert.Equal(alone.GetProperty(same).GetRawText().ReplaceLineEndings("").Replace(" ", ""), Compact(answer, same));
            Assert.Contains(keys[1], answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        }

        run = HomerProcess.RunWithInput(
            $"{Question}\n/exit\n{Question}\n", "ask", folder["b"], "--interactive", "--in", "part-1*", "--method", Asked, "--sources");
        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.Contains(keys[1], lines[0], StringComparison.Ordinal);
        Assert.StartsWith(folder["texts"] + "/part-1.txt:1: ", lines[1], StringComparison.Ordinal);
        Assert.Single(lines, line => line == lines[0]);
        Assert.Contains(" 0 passed over", run.Error, StringComparison.Ordinal);

        static string Compact(JsonElement answer, string name) => answer.GetProperty(name).GetRawText().Replace(" ", "");
    }

    [Theory]
    [InlineData("homer")]
    [InlineData(Heads)]
    [InlineData("truncate")]
    public void Texts_are_asked_one_question_after_another_by_any_method(string method)
    {
        string[] files = [folder["texts/part-0.txt"], "--document", folder["texts/part-2.txt"], "--model", Mini, "--method", method];
        JsonElement first = HomerProcess.RunJson(["ask", .. files, Question]);
        HomerProcess run = HomerProcess.RunWithInput($"{Question}\n{Question}\n", ["ask", "--interactive", .. files, "--json"]);
        JsonElement[] answers = Lines(run);
        Assert.Equal(2, answers.Length);
        Assert.All(answers, one => Assert.Equal(first.GetProperty("text").GetString(), one.GetProperty("text").GetString()));
        // The receipt is by file, those of --document first.
        Assert.Equal(
            [folder["texts/part-2.txt"], folder["texts/part-0.txt"]],
            answers[1].GetProperty("receipt").EnumerateArray().Select(one => one.GetProperty("file").GetString()));
    }

    [Fact]
    public void A_folder_stands_for_its_texts()
    {
        folder.With("texts/three.bin", [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        Read();
        File.Move(folder["b"], folder["texts/b.homer"]);
        string[] files = [.. Enumerable.Range(0, 3).Select(i => folder[$"texts/part-{i}.txt"])];
        foreach (string command in (string[])["ask", "find"])
        {
            JsonElement ofFolder = HomerProcess.RunJson(command, folder["texts"], Question, "--model", Mini);
            JsonElement ofFiles = HomerProcess.RunJson([command, .. files, Question, "--model", Mini]);
            foreach (string same in (string[])["receipt", "passages"])
                Assert.Equal(ofFiles.GetProperty(same).GetRawText(), ofFolder.GetProperty(same).GetRawText());
        }

        HomerProcess told = HomerProcess.Run("ask", folder["texts"], Question, "--model", Mini);
        Assert.Contains("skipped: ", told.Error, StringComparison.Ordinal);
        Assert.Contains("three.bin", told.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["empty"]);
        HomerProcess.Run("ask", folder["empty"], Question, "--model", Mini).AssertRefused(1, "No file");
    }

    [Fact]
    public void A_question_that_fails_is_told_and_the_next_is_taken()
    {
        Read();
        string longest = string.Join(' ', Enumerable.Repeat("word", 2000));
        HomerProcess run = HomerProcess.RunWithInput(
            $"{longest}\n{Question}\n", "ask", folder["b"], "--interactive", "--method", Asked, "--json");
        Assert.Equal(0, run.ExitCode);
        JsonElement[] answers = Lines(run);
        Assert.Equal(longest, answers[0].GetProperty("question").GetString());
        Assert.EndsWith(".", answers[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(answers[1].GetProperty("text").GetString()!);
        Assert.Contains("homer: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_makes_no_sense_with_questions_in_turn_is_refused()
    {
        string text = folder["texts/part-0.txt"];
        HomerProcess.Run("ask", "--interactive").AssertRefused(2, "--document");
        HomerProcess.Run("ask", "--interactive", text, "What is it?").AssertRefused(2, "What is it?");
        HomerProcess.Run("ask", "--interactive", "-").AssertRefused(2, "standard input");
        HomerProcess.Run("ask", "--interactive", text, "--survivors", folder["page"]).AssertRefused(2, "--survivors");
        HomerProcess.Run("ask", "--interactive", text, "--explain").AssertRefused(2, "--explain");
        HomerProcess.Run("ask", text, folder["texts/part-1.txt"]).AssertRefused(2, "question is missing");
    }

    [Fact]
    public void An_interrupt_stops_an_answer_and_at_the_prompt_the_program()
    {
        folder.With("long.txt", VillageChronicle.Write(3, 300_000, 0.5).Text);
        using var homer = new RunningHomer("ask", "--interactive", folder["long.txt"], "--model", Mini, "--json");
        homer.WaitUntilIdle();
        homer.Input.WriteLine("Why?");
        homer.Input.Flush();
        homer.WaitUntilWorked(TimeSpan.FromMilliseconds(400));
        homer.Send("INT");
        Assert.Contains("was stopped", homer.Output.ReadLine(), StringComparison.Ordinal);
        homer.Input.WriteLine(Question);
        homer.Input.Flush();
        Assert.Contains("\"text\":", homer.Output.ReadLine(), StringComparison.Ordinal);
        homer.WaitUntilIdle();
        homer.Send("INT");
        Assert.Equal(130, homer.End().ExitCode);
    }

    [Fact]
    public void The_passages_of_a_book_are_those_of_its_files()
    {
        Read("--heads", "5.0");
        string[] files = [.. Enumerable.Range(0, 3).Select(i => folder[$"texts/part-{i}.txt"])];
        JsonElement ofFiles = Find(files, "--method", "recall:heads=5.0"), ofBook = Find([folder["b"]]);
        Assert.Equal(ofFiles.GetProperty("passages").GetRawText(), ofBook.GetProperty("passages").GetRawText());
        Assert.Equal(ofFiles.GetProperty("receipt").GetRawText(), ofBook.GetProperty("receipt").GetRawText());
        Assert.Equal(3, ofBook.GetProperty("passages").GetArrayLength());
        Assert.False(ofBook.TryGetProperty("stale", out _));
        JsonElement one = Find([folder["b"]], "--in", "part-1*");
        Assert.Equal(files[1], Assert.Single(one.GetProperty("receipt").EnumerateArray()).GetProperty("file").GetString());
        Assert.Contains(keys[1], one.GetProperty("passages")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        JsonElement all = Find([folder["b"]], "--all", "--threshold", "4");
        Assert.NotEmpty(all.GetProperty("passages").EnumerateArray());
        Assert.All(all.GetProperty("passages").EnumerateArray(), passage => Assert.True(passage.GetProperty("score").GetDouble() >= 4));
        HomerProcess.Run("find", folder["b"], files[0], Question).AssertRefused(2, "alone");
        HomerProcess.Run("find", files[0], Question, "--in", "x", "--model", Mini).AssertRefused(2, "--in");
        HomerProcess.Run("find", folder["b"], Question, "--method", "recall:heads=4.0").AssertRefused(1, "heads");

        JsonElement Find(string[] paths, params string[] options) =>
            HomerProcess.RunJson(["find", .. paths, Question, "--top", "3", .. options]);
    }

    [Fact]
    public void Files_that_changed_or_vanished_are_told_and_quotes_are_of_what_was_read()
    {
        Read();
        File.WriteAllText(folder["texts/part-1.txt"], $"The pass key is #99999.\n{File.ReadAllText(folder["texts/part-1.txt"])}");
        File.Delete(folder["texts/part-2.txt"]);
        foreach ((int part, string word) in new[] { (1, "changed"), (2, "not there") })
        {
            string[] command = [folder["b"], Question, "--in", $"part-{part}*", "--method", Asked];
            foreach (JsonElement found in (JsonElement[])[Run("ask", command), Run("find", command)])
            {
                JsonElement stale = Assert.Single(found.GetProperty("stale").EnumerateArray());
                Assert.Equal(folder[$"texts/part-{part}.txt"], stale.GetProperty("file").GetString());
                Assert.Contains(word, stale.GetProperty("reason").GetString(), StringComparison.Ordinal);
                Assert.Contains(keys[part], found.GetProperty("passages")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
            }

            HomerProcess plain = HomerProcess.Run(["ask", .. command]);
            Assert.Single(plain.Error.Split('\n'), line => line.Contains($"part-{part}.txt' ", StringComparison.Ordinal));
            Assert.DoesNotContain("99999", plain.Output, StringComparison.Ordinal);
        }

        Assert.False(HomerProcess.RunJson("ask", folder["b"], Question, "--in", "part-0*").TryGetProperty("stale", out _));

        static JsonElement Run(string command, string[] arguments) => HomerProcess.RunJson([command, .. arguments]);
    }

    [Fact]
    public void A_quote_of_several_texts_names_its_file()
    {
        JsonElement answer = HomerProcess.RunJson(
            "ask", folder["texts/part-0.txt"], folder["texts/part-1.txt"], Question, "--model", Mini, "--method", "plain");
        foreach (JsonElement passage in answer.GetProperty("passages").EnumerateArray())
        {
            byte[] bytes = File.ReadAllBytes(passage.GetProperty("file").GetString()!);
            int start = passage.GetProperty("start").GetInt32(), end = passage.GetProperty("end").GetInt32();
            Assert.Equal(passage.GetProperty("text").GetString(), Encoding.UTF8.GetString(bytes[start..end]));
        }
    }

    [Fact]
    public void The_model_is_found_or_given_and_a_wrong_one_is_refused()
    {
        using var hub = new HubFolder();
        using var empty = new HubFolder();
        hub.Add("org/mini", "aaaa", Mini);
        hub.At("org/mini", "aaaa");
        Dictionary<string, string> here = new() { ["HF_HUB_CACHE"] = hub.Path }, elsewhere = new() { ["HF_HUB_CACHE"] = empty.Path };
        HomerProcess read = HomerProcess.RunIn(here, "read", folder["texts"], "--out", folder["b"], "--model", "org/mini");
        Assert.True(read.ExitCode == 0, read.Error);
        foreach (string command in (string[])["ask", "find"])
        {
            string[] asked = [command, folder["b"], Question, "--in", "part-1*"];
            Assert.Contains(keys[1], HomerProcess.RunIn(here, asked).Output, StringComparison.Ordinal);
            HomerProcess.RunIn(elsewhere, asked).AssertRefused(1, "org/mini");
            // The same model lies in another place.
            Assert.Contains(keys[1], HomerProcess.RunIn(elsewhere, [.. asked, "--model", Mini]).Output, StringComparison.Ordinal);
            HomerProcess.Run([.. asked, "--model", OtherModel()]).AssertRefused(1, "made with");
        }

        HomerProcess.Run("read", folder["texts"], "--out", folder["b"], "--model", OtherModel()).AssertRefused(1, "--anew");
    }

    /// <summary>Returns a copy of homer-mini in other words.</summary>
    private string OtherModel()
    {
        string other = folder["other-model"];
        if (Directory.Exists(other))
            return other;
        Directory.CreateDirectory(other);
        foreach (string file in Directory.GetFiles(Mini))
            File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        folder.With("other-model/homer-prompt.json", """{"prefix":"Read.","question":"{question}","stop":"."}""");
        return other;
    }

    private void Read(params string[] options) => HomerProcess.RunJson(["read", folder["texts"], "--out", folder["b"], .. options]);

    private static JsonElement[] Lines(HomerProcess run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return
        [
            .. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            {
                using JsonDocument json = JsonDocument.Parse(line);
                return json.RootElement.Clone();
            }),
        ];
    }
}
