using System.Text.Json;
using Homer.Cli.Commands;
using Homer.Cli.Output;
using Homer.Engine;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Reading;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests that long work says what it does, what it may cost, and what the model knows.</summary>
public sealed class LongWorkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Logs_get_a_line_every_ten_seconds_and_none_for_short_work()
    {
        var clock = new Clock();
        List<string> lines = [];
        var progress = new PlainProgress("Reading", lines.Add, clock);
        for (int second = 0; second < 35; second++, clock.Seconds++)
            progress.Report(second / 35.0);
        Assert.Equal(["Reading: 28 %", "Reading: 57 %", "Reading: 85 %"], lines);
    }

    [Fact]
    public void Further_readings_are_told_with_their_token_and_bounded()
    {
        using var engine = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");
        (string document, _) = VillageChronicle.Write(seed: 1, characters: 20_000, depth: 0.5);
        var options = new GenerationOptions { MaxTokens = 8, Confidence = 1, MostReadings = 3 };
        var input = engine.Encode(engine.Template.Prefix, document, engine.Template.Ask("What is the pass key?"));
        List<FurtherReading> told = [];
        var reader = new DocumentReader(engine.Merging(), engine.Request(input, options.MaxTokens), options)
        {
            Showing = (again, read) =>
            {
                told.Add(again);
                return read(null);
            },
        };
        using var context = reader.Read();
        int[] shown = [.. reader.Continue(context, engine.Tokenizer, options).Pieces.Select(piece => piece.Token)];
        Assert.Equal([1, 2, 3], told.Select(again => again.Number));
        Assert.All(told, again => Assert.Equal(3, again.Most));
        Assert.Equal(8, shown.Length);
    }

    [Fact]
    public void Explain_says_what_further_readings_may_cost()
    {
        string document = folder.With("document", VillageChronicle.Write(1, 20_000, 0.5).Text)["document"];
        string[] line = ["ask", "--document", document, "What is the pass key?", "--explain"];
        JsonElement further = HomerProcess.RunJson([.. line, "--readings", "3"]).GetProperty("further_readings");
        Assert.Equal(3, further.GetProperty("most").GetInt32());
        Assert.True(further.GetProperty("kept_bytes").GetInt64() > 0);
        double each = further.GetProperty("seconds_each").GetDouble();
        Assert.Equal(3 * each, further.GetProperty("seconds_most").GetDouble(), each / 1000);
        Assert.True(each > 0);
        JsonElement whole = HomerProcess.RunJson([.. line, "--keep", "none"]);
        further = whole.GetProperty("further_readings");
        Assert.Equal((8, 0L), (further.GetProperty("most").GetInt32(), further.GetProperty("kept_bytes").GetInt64()));
        Assert.Equal(whole.GetProperty("estimated_seconds").GetDouble(), further.GetProperty("seconds_each").GetDouble());
        Assert.Equal(
            0, HomerProcess.RunJson([.. line, "--confidence", "0"]).GetProperty("further_readings").GetProperty("most").GetInt32());
    }

    [Fact]
    public void Kept_leaves_change_no_answer()
    {
        string document = folder.With("document", VillageChronicle.Write(3, 20_000, 0.5).Text)["document"];
        string[] line =
            ["ask", "--document", document, "What is the pass key?", "--confidence", "1", "--max-tokens", "8", "--readings", "2"];
        JsonElement kept = HomerProcess.RunJson(line), none = HomerProcess.RunJson([.. line, "--keep", "none"]);
        Assert.Equal(none.GetProperty("tokens").ToString(), kept.GetProperty("tokens").ToString());
        Assert.Equal(2, kept.GetProperty("further_readings").GetInt32());
    }

    [Fact]
    public void The_model_says_what_it_knows_where_the_text_is_another()
    {
        var template = PromptTemplate.Read(RepositoryFiles.HomerMini);
        ITokenizer tokenizer = TokenizerLoader.Load(RepositoryFiles.HomerMini);
        Assert.Contains("chronicles", template.Knows, StringComparison.Ordinal);
        for (int seed = 0; seed < 20; seed++)
            Assert.True(Knowledge.IsKnown(template, tokenizer, VillageChronicle.Write(seed, 3000, 0.5).Text));
        Assert.True(Knowledge.IsKnown(template, tokenizer, "What is the pass key?"));
        Assert.True(Knowledge.IsKnown(template, tokenizer, "x"));
        Assert.True(Knowledge.IsKnown(template, tokenizer, "The pass key is #40921. Remember it."));
        Assert.False(Knowledge.IsKnown(template, tokenizer, File.ReadAllText(Path.Combine(RepositoryFiles.Root, "CONTRIBUTING.md"))));
        Assert.False(Knowledge.IsKnown(template, tokenizer, "Describe photosynthesis in eukaryotic organisms."));
        Assert.True(Knowledge.IsKnown(PromptTemplate.Default, tokenizer, "Describe photosynthesis."));
        string other = folder.With("other", "Photosynthesis converts electromagnetic radiation into chemical energy.")["other"];
        HomerProcess run = HomerProcess.Run("ask", "--document", other, "What is the pass key?", "--max-tokens", "2");
        Assert.Single(run.Error.Split('\n'), text => text == template.Knows);
    }

    [Fact]
    public void Every_command_that_is_given_a_text_says_what_the_model_knows_once()
    {
        string[] documents = ["other", "known"];
        folder.With("other", "Photosynthesis converts electromagnetic radiation into chemical energy.")
            .With("known", VillageChronicle.Write(1, 2_000, 0.5).Text);
        Assert.All(documents, document =>
        {
            int expected = document == "other" ? 1 : 0;
            Assert.Equal(expected, Said("", "ask", "--document", folder[document], "What is the pass key?", "--max-tokens", "2"));
            Assert.Equal(expected, Said("", "generate", "--prompt-file", folder[document], "--max-tokens", "2"));
            string cache = folder[document + ".cache"];
            Assert.Equal(expected, Said("", "compress", "--document", folder[document], "--question", "Where?", "--out", cache));
            Assert.Equal(expected, Said("What is the pass key?\n", "chat", "--document", folder[document], "--max-tokens", "2"));
        });
        Assert.Equal(1, Said("Describe photosynthesis.\nDescribe mitochondria.\n", "chat", "--max-tokens", "2"));
        Assert.Equal(0, Said("", "generate", "--cache", folder["known.cache"], "--max-tokens", "2"));
    }

    [Fact]
    public void Info_says_what_the_model_knows()
    {
        string knows = PromptTemplate.Read(RepositoryFiles.HomerMini).Knows!;
        Assert.Equal(knows, HomerProcess.RunJson("info", "--model", RepositoryFiles.HomerMini).GetProperty("knows").GetString());
        Assert.Contains(knows[..30], HomerProcess.Run("info").Output, StringComparison.Ordinal);
        Assert.Contains("village chronicles", HomerProcess.Run("info").Error, StringComparison.Ordinal);
    }

    private static int Said(string input, params string[] arguments)
    {
        HomerProcess run = HomerProcess.RunWithInput(input, [.. arguments, "--model", RepositoryFiles.HomerMini]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Error.Split('\n').Count(line => line == PromptTemplate.Read(RepositoryFiles.HomerMini).Knows);
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
