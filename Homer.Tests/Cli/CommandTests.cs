using System.Text.Json;
using Homer.Engine.Calibration;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Tokenizers;
using Homer.Engine.Weights;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests the JSON that commands print and the files that they write.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Document = "The pass key is #40921. Remember it. #40921 is the pass key.";

    private static readonly string Mini = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Generate_prints_text_tokens_time_and_memory()
    {
        JsonElement answer = HomerProcess.RunJson("generate", "--model", Mini, "--prompt", "The pass key", "--max-tokens", "5");
        AssertAnswer(answer, 5);
        long weights = answer.GetProperty("memory").GetProperty("weights_bytes").GetInt64();
        Assert.Equal(new FileInfo(Path.Combine(Mini, "model.safetensors")).Length, weights, 30_000.0);
    }

    [Fact]
    public void Ask_finds_the_pass_key()
    {
        folder.With("document.txt", Document);
        JsonElement answer = HomerProcess.RunJson(
            "ask", "--model", Mini, "--document", folder["document.txt"], "What is the pass key?", "--answer", "The pass key is #",
            "--max-tokens", "5");
        AssertAnswer(answer, 5);
        Assert.Equal("40921", answer.GetProperty("text").GetString());
    }

    [Fact]
    public void Compress_writes_a_cache_that_generate_continues()
    {
        string filler = string.Concat(Enumerable.Repeat("The hills are low and the river is slow. ", 30));
        string document = folder.With("document.txt", filler + Document + " " + filler)["document.txt"];
        JsonElement compressed = HomerProcess.RunJson(
            "compress", "--model", Mini, "--document", document, "--prefix", "Read.", "--suffix", "The pass key is #",
            "--out", folder["cache"], "--chunk", "128", "--target", "100", "--preset", "best");
        Assert.Equal(100, compressed.GetProperty("tokens").GetInt32());
        Assert.True(compressed.GetProperty("input_tokens").GetInt32() > 500);

        using (SafetensorsFile cache = SafetensorsFile.Open(folder["cache"]))
        {
            Assert.Equal(100, cache.ReadArray<int>("positions").Length);
            Assert.Equal(cache.ReadArray<int>("tokens").Order(), cache.ReadArray<int>("tokens"));
            Assert.Equal(1024, cache.ReadArray<float>("logits").Length);
            for (int layer = 0; layer < 12; layer++)
            {
                Assert.Equal([2, 100, 32], cache[$"layers.{layer}.key"].Shape);
                Assert.Equal([2, 100, 32], cache[$"layers.{layer}.value"].Shape);
            }

            Assert.Equal(
                ("128", "100", "true", "5"),
                (cache.Metadata["chunk"], cache.Metadata["target"], cache.Metadata["reread"], cache.Metadata["pooling"]));
            Assert.Equal(64, cache.Metadata["model_fingerprint"].Length);
            Assert.NotEmpty(cache.Metadata["homer_version"]);
        }

        JsonElement answer = HomerProcess.RunJson("generate", "--model", Mini, "--cache", folder["cache"], "--max-tokens", "5");
        AssertAnswer(answer, 5);
        Assert.Equal("40921", answer.GetProperty("text").GetString());

        File.WriteAllBytes(folder["cut"], File.ReadAllBytes(folder["cache"])[..^1]);
        // A calibration table, which names its model, too.
        HomerProcess.RunJson(
            "calibrate", "--model", Mini, "--text", folder["document.txt"], "--segments", "1", "--length", "16", "--out", folder["table"]);
        JsonElement[] caches = [.. HomerProcess.RunJson("caches", folder.Path).GetProperty("caches").EnumerateArray()];
        Assert.Equal(["cache", "cut"], caches.Select(entry => entry.GetProperty("file").GetString()));
        Assert.Equal([true, false], caches.Select(entry => entry.GetProperty("whole").GetBoolean()));
        Assert.Equal(100, caches[0].GetProperty("cache").GetProperty("tokens").GetInt32());
    }

    [Fact]
    public void Compress_asks_in_the_models_words_and_generate_answers()
    {
        (string text, string key) = VillageChronicle.Write(8, 6000, 0.4);
        string document = folder.With("document.txt", text)["document.txt"];
        HomerProcess run = HomerProcess.Run(
            "compress", "--document", document, "--question", "What is the pass key?", "--out", folder["cache"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("homer-mini is used", run.Error, StringComparison.Ordinal);
        using (SafetensorsFile cache = SafetensorsFile.Open(folder["cache"]))
        {
            Assert.Equal(("true", "5", "16"), (cache.Metadata["reread"], cache.Metadata["pooling"], cache.Metadata["overlap"]));
            ITokenizer tokenizer = TokenizerLoader.Load(Mini);
            int suffix = tokenizer.Encode("Question: What is the pass key? Answer:").Length;
            Assert.Equal(suffix, int.Parse(cache.Metadata["suffix_tokens"], System.Globalization.CultureInfo.InvariantCulture));
        }

        JsonElement answer = HomerProcess.RunJson("generate", "--cache", folder["cache"], "--max-tokens", "12");
        Assert.Contains($"The pass key is #{key}", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Chat_answers_every_question_until_exit()
    {
        (string text, string key) = VillageChronicle.Write(7, 4000, 0.5);
        string document = folder.With("document.txt", text)["document.txt"];
        HomerProcess chat = HomerProcess.RunWithInput(
            "What is the pass key?\n\nWhat is the pass key?\n/exit\nWhat is the pass key?\n",
            "chat", "--model", Mini, "--document", document, "--json");
        Assert.True(chat.ExitCode == 0, chat.Error);
        string[] lines = chat.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] answers = [.. lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("answer").GetString()!)];
        Assert.Equal(2, answers.Length);
        Assert.All(answers, answer => Assert.Contains(key, answer, StringComparison.Ordinal));
        JsonElement receipt = Assert.Single(JsonElement.Parse(lines[1]).GetProperty("receipt").EnumerateArray());
        Assert.Equal(document, receipt.GetProperty("file").GetString());
        Assert.True(receipt.GetProperty("found").GetInt32() > 500);
        Assert.Equal(receipt.GetProperty("found").GetInt32(), receipt.GetProperty("read").GetInt32());
        Assert.Equal(0, receipt.GetProperty("passed_over").GetInt32());
    }

    [Fact]
    public void Chat_goes_on_after_a_question_that_is_too_long()
    {
        string question = string.Concat(Enumerable.Repeat("The hills are low. ", 1000));
        HomerProcess chat = HomerProcess.RunWithInput(
            $"{question}\nWhat is the pass key?\n", "chat", "--model", Mini, "--max-tokens", "5", "--json");
        Assert.Equal(0, chat.ExitCode);
        JsonElement[] turns =
            [.. chat.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, turns.Length);
        Assert.NotEmpty(turns[0].GetProperty("error").GetString()!);
        Assert.Equal(0, turns[0].GetProperty("history_tokens").GetInt32());
        Assert.False(turns[1].TryGetProperty("error", out _));
        Assert.NotEmpty(turns[1].GetProperty("answer").GetString()!);
        string line = Assert.Single(chat.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("homer: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Compress_takes_ids_and_records_every_survivor()
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(GoldenCase.Data, "uncalibrated.safetensors"));
        folder.With("ids.json", JsonSerializer.Serialize(new
        {
            prefix = golden.ReadArray<int>("prefix_ids"),
            context = golden.ReadArray<int>("context_ids"),
            suffix = golden.ReadArray<int>("suffix_ids"),
        }));
        HomerProcess.RunJson(
            "compress", "--model", GoldenCase.Model(golden.Metadata["model"]), "--ids", folder["ids.json"], "--out", folder["cache"],
            "--bias", "none", "--chunk", golden.Metadata["max_chunk_length"], "--target", golden.Metadata["target_length"],
            "--warmup", golden.Metadata["warmup_layers"]);
        using SafetensorsFile cache = SafetensorsFile.Open(folder["cache"]);
        Expected.AssertAll(Expected.Within(golden.ReadArray<float>("logits").AsSpan()[^64..], 1e-3), cache.Span<float>("logits"), "logits");
    }

    [Fact]
    public void Logits_are_those_of_every_position()
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(GoldenCase.Data, "plain-and-calibration.safetensors"));
        folder.With("ids.json", JsonSerializer.Serialize(new { ids = golden.ReadArray<int>("segments")[..40] }));
        JsonElement result = HomerProcess.RunJson(
            "logits", "--model", GoldenCase.Model("random-gqa"), "--ids", folder["ids.json"], "--out", folder["logits"]);
        Assert.Equal((40, 64), (result.GetProperty("tokens").GetInt32(), result.GetProperty("vocabulary").GetInt32()));
        using SafetensorsFile file = SafetensorsFile.Open(folder["logits"]);
        Assert.Equal([40, 64], file["logits"].Shape);
        Expected.AssertAll(Expected.Within(golden.Span<float>("logits"), 1e-3), file.Span<float>("logits"), "logits");
    }

    [Fact]
    public void Calibrate_measures_the_recorded_bias()
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(GoldenCase.Data, "plain-and-calibration.safetensors"));
        folder.With("ids.json", JsonSerializer.Serialize(new { segments = golden.ReadArray<int>("segments").Chunk(40) }));
        JsonElement result = HomerProcess.RunJson(
            "calibrate", "--model", GoldenCase.Model("random-gqa"), "--ids", folder["ids.json"], "--out", folder["table"]);
        Assert.Equal(5, result.GetProperty("segments").GetInt32());
        Assert.Equal(6, result.GetProperty("layers").GetInt32());
        Assert.Equal(40, result.GetProperty("distances").GetInt32());
        CalibrationTable table = CalibrationTable.Read(folder["table"]);
        Assert.True(table.HasScale);
        Expected.AssertAll(Expected.Within(golden.Span<float>("bias"), 1e-4), table.MeanLogits, "bias");
    }

    [Fact]
    public void Info_tells_the_models_shape()
    {
        JsonElement info = HomerProcess.RunJson("info", "--model", Mini);
        Assert.Equal((12, 1024, 512), (Number("layers"), Number("vocabulary_size"), Number("window")));
        Assert.Equal(2 * 12 * 2 * 32 * 4, Number("cache_bytes_per_token"));
        Assert.Equal(Number("parameters") * 2, Number("weights_bytes"));
        Assert.True(info.GetProperty("calibrated").GetBoolean());
        JsonElement memory = info.GetProperty("memory");
        Assert.Equal(512 * Number("cache_bytes_per_token"), memory.GetProperty("window_cache_bytes").GetInt32());
        Assert.InRange(memory.GetProperty("weights_bytes").GetInt64(), Number("weights_bytes"), Number("weights_bytes") + 10_000);

        int Number(string name) => info.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Devices_lists_the_processor()
    {
        JsonElement devices = HomerProcess.RunJson("devices").GetProperty("devices");
        Assert.Contains(devices.EnumerateArray(), device => device.GetProperty("id").GetString() == "cpu");
    }

    [Fact]
    public void Text_goes_to_the_output_and_all_else_to_the_error()
    {
        string[] line =
            ["generate", "--model", Mini, "--prompt", "The pass key", "--max-tokens", "5", "--temperature", "0.8", "--seed", "7"];
        HomerProcess run = HomerProcess.Run(line), again = HomerProcess.Run(line);
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(run.Output.Trim());
        Assert.Equal(run.Output, again.Output);
        Assert.Contains("tokens/s", run.Error, StringComparison.Ordinal);
    }

    private static void AssertAnswer(JsonElement answer, int tokens)
    {
        int[] ids = [.. answer.GetProperty("tokens").EnumerateArray().Select(id => id.GetInt32())];
        Assert.Equal(tokens, ids.Length);
        Assert.Equal("length", answer.GetProperty("finish_reason").GetString());
        Assert.Equal(answer.GetProperty("text").GetString()!.Trim(), TokenizerLoader.Load(Mini).Decode(ids).Trim());
        JsonElement timings = answer.GetProperty("timings"), memory = answer.GetProperty("memory");
        Assert.All(
            ["prefill_seconds", "decode_seconds", "tokens_per_second"],
            name => Assert.True(timings.GetProperty(name).GetDouble() > 0, name));
        long weights = memory.GetProperty("weights_bytes").GetInt64(), cache = memory.GetProperty("cache_bytes").GetInt64();
        Assert.True(weights > 0 && cache > 0);
        Assert.True(memory.GetProperty("peak_bytes").GetInt64() >= weights + cache);
    }
}
