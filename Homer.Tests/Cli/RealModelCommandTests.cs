using System.Text.Json;
using Homer.Engine.Evaluation.Documents;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Runs every command on a model as people download it, from the GGUF file and from the folder that convert makes of it.</summary>
public sealed class RealModelCommandTests : IDisposable
{
    private const string Question = "What is the special magic number for amber-otter mentioned in the provided text?";
    private const string Begun = "The special magic number for amber-otter mentioned in the provided text is";
    private const string Number = "4718230";

    private static readonly string[] Merging = ["--chunk", "1024", "--warmup", "18"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LongFact]
    public void Every_command_runs_on_the_file() => RunAll(RealModel.File);

    [LongFact]
    public void Every_command_runs_on_the_converted_folder()
    {
        string model = folder["converted"];
        Assert.Equal(0, HomerProcess.Run("convert", RealModel.File, "--out", model).ExitCode);
        RunAll(model);
    }

    [LongFact]
    public void The_demo_finds_the_planted_sentence()
    {
        JsonElement result = HomerProcess.RunJson("demo", "--model", RealModel.File);
        Dictionary<string, bool> right = result.GetProperty("attempts").EnumerateArray().ToDictionary(
            attempt => attempt.GetProperty("method").GetString()!, attempt => attempt.GetProperty("right").GetBoolean());
        Assert.True(right["homer"], result.GetRawText());
        Assert.False(right["truncate"], result.GetRawText());
    }

    private void RunAll(string model)
    {
        string text = VillageChronicle.Write(3, 40_000, 0.5).Text, document = text[..9000];
        int middle = document.IndexOf(". ", 4000, StringComparison.Ordinal) + 2;
        document = document.Insert(middle, $"One of the special magic numbers for amber-otter is: {Number}. ");
        folder.With("text", text).With("document", document).With("ids", """{"ids":[1,504,3725,314]}""");
        string[] of = ["--model", model], bias = ["--bias", folder["table"]];

        Assert.Equal(8192, HomerProcess.RunJson("info", "--model", model).GetProperty("window").GetInt32());
        Assert.Equal(2, HomerProcess.RunJson(["tokenize", .. of, "Hello there"]).GetProperty("count").GetInt32());
        Runs(["logits", .. of, "--ids", folder["ids"], "--out", folder["logits"]]);
        Assert.Contains("Paris", Runs(["generate", .. of, "--prompt", "The capital of France is", "--max-tokens", "8"]));
        Runs(["calibrate", .. of, "--text", folder["text"], "--segments", "4", "--length", "1024", "--out", folder["table"]]);

        string[] asked = [.. of, "--document", folder["document"], .. Merging, .. bias];
        Assert.Contains(Number, Runs(["ask", .. asked, Question, "--answer", Begun, "--confidence", "0", "--max-tokens", "16"]));
        Runs(["compress", .. asked, "--question", Question, "--out", folder["cache"]]);
        Assert.NotEqual("", Runs(["generate", .. of, "--cache", folder["cache"], "--max-tokens", "8"]).Trim());
        HomerProcess chat = HomerProcess.RunWithInput(
            Question + "\n", ["chat", .. of, "--document", folder["document"], "--max-tokens", "40"]);
        Assert.True(chat.ExitCode == 0, chat.Error);
        Assert.Contains(Number, chat.Output, StringComparison.Ordinal);

        string variant = $"homer:best,chunk=512,warmup=18,bias={folder["table"]}";
        string[] one = ["--documents", "1", "--method", variant, "--method", "plain"];
        Runs(["eval", "passkey", .. of, "--style", "grass", "--lengths", "1k", "--depths", "0.5", .. one]);
        Runs(["eval", "qa", .. of, "--lengths", "1k", .. one]);
        JsonElement found = HomerProcess.RunJson(
            ["eval", "needle", .. of, "--text", folder["text"], "--lengths", "2k", .. one]).GetProperty("cells");
        Assert.All(found.EnumerateArray(), cell => Assert.Equal(1, cell.GetProperty("found").GetDouble()));
        Runs(["eval", "perplexity", .. of, "--text", folder["text"], "--lengths", "1k", "--sparse", "--part", "64", .. one]);
        Runs(["eval", "memory", .. of, "--lengths", "1k", .. one]);
        Runs(["eval", "ablation", .. of, "--lengths", "300", "--depths", "0.5", "--documents", "1"]);
        Runs(["bench", .. of, "--pp", "128", "--tg", "4", "--repetitions", "1"]);
    }

    private static string Runs(string[] line)
    {
        HomerProcess run = HomerProcess.Run(line);
        Assert.True(run.ExitCode == 0, $"homer {string.Join(' ', line)}: {run.Error}");
        return run.Output;
    }
}
