using System.Text.Json;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary><c>homer models</c> lists what is there, and every command takes the names that it lists.</summary>
public sealed class ModelsCommandTests : IDisposable
{
    private readonly HubFolder hub = new();
    private readonly TemporaryFolder home = new();

    public void Dispose()
    {
        hub.Dispose();
        home.Dispose();
    }

    [Fact]
    public void Models_are_listed_as_JSON()
    {
        hub.Add("org/mini", "aaaa", RepositoryFiles.HomerMini);
        hub.Add("org/bad", "aaaa", "m.gguf", "x"u8);
        HomerProcess run = Run("models", "--json");
        Assert.Equal(0, run.ExitCode);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        JsonElement[] models = [.. json.RootElement.GetProperty("models").EnumerateArray()];
        Assert.Equal(["org/bad", "org/mini"], models.Select(model => model.GetProperty("name").GetString()));
        JsonElement bad = models[0], mini = models[1];
        Assert.False(bad.GetProperty("runs").GetBoolean());
        Assert.Contains("not a GGUF file", bad.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("m.gguf", bad.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(mini.GetProperty("runs").GetBoolean());
        Assert.True(mini.GetProperty("tokenizer").GetBoolean());
        Assert.Equal(JsonValueKind.Null, mini.GetProperty("reason").ValueKind);
        Assert.Equal("Llama", mini.GetProperty("family").GetString());
        Assert.Equal(512, mini.GetProperty("window").GetInt32());
        Assert.Equal("Hugging Face cache", mini.GetProperty("place").GetString());
        string[] members = ["name", "place", "path", "size_bytes", "parameters", "family", "window", "type", "runs", "tokenizer", "reason"];
        Assert.Equal([.. members, "message"], mini.EnumerateObject().Select(member => member.Name));
        Assert.Contains(
            json.RootElement.GetProperty("places").EnumerateArray(), place => place.GetProperty("path").GetString() == hub.Path);
    }

    [Fact]
    public void Models_are_listed_as_a_table()
    {
        hub.Add("org/mini", "aaaa", RepositoryFiles.HomerMini);
        HomerProcess run = Run("models");
        Assert.Contains($"Hugging Face cache: {hub.Path}", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"org/mini +│ [\d.]+ MiB +│ 2\.\d+M +│ Llama +│ 512 +│ \w+ +│ yes", run.Output);
    }

    [Fact]
    public void Where_nothing_is_found_it_says_where_it_looked()
    {
        HomerProcess run = Run("models");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains(hub.Path, run.Error, StringComparison.Ordinal);
        Run("models", "absent").AssertRefused(1, "'absent' is not a folder");
        Run("models", "--weights", "int8").AssertRefused(2, "--weights has no effect");
    }

    [Fact]
    public void Commands_take_the_name_of_a_model()
    {
        hub.Add("org/mini", "aaaa", RepositoryFiles.HomerMini);
        string[] text = ["A", "village", "chronicle"];
        HomerProcess named = Run(["tokenize", "--model", "org/mini", string.Join(' ', text)]);
        HomerProcess byPath = Run(["tokenize", "--model", RepositoryFiles.HomerMini, string.Join(' ', text)]);
        Assert.Equal((0, byPath.Output), (named.ExitCode, named.Output));
        Run("doctor", "--model", "other/model").AssertRefused(1, "hf download other/model");
        Run("tokenize", "--model", "org/mine", "x").AssertRefused(1, "did you mean org/mini");
        Run("info", "--model", "other/model").AssertRefused(1, "hf download other/model");
    }

    [Fact]
    public void No_output_replaces_a_file_of_a_model_that_is_named()
    {
        hub.Add("org/mini", "aaaa", RepositoryFiles.HomerMini);
        string target = Path.Combine(hub.Snapshot("org/mini", "aaaa"), "config.json");
        File.WriteAllText(home["ids.json"], "[1]");
        HomerProcess run = Run("logits", "--model", "org/mini", "--ids", home["ids.json"], "--out", target);
        run.AssertRefused(2, "the same file as a file of --model");
    }

    private HomerProcess Run(params string[] arguments) =>
        HomerProcess.RunIn(new() { ["HF_HUB_CACHE"] = hub.Path, ["HOME"] = home.Path, ["OLLAMA_MODELS"] = home.Path }, arguments);
}
