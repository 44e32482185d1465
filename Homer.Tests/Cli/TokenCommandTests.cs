using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Engine.Weights;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Commands that take token ids, for models without a tokenizer that Homer knows.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private static readonly string Model = GoldenCase.Model("random-gqa");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The folder of random-gqa has no tokenizer.</summary>
    [Fact]
    public void Generate_continues_ids_without_a_tokenizer_up_to_an_end_of_the_model()
    {
        int[] ids = Ids(40);
        using var endless = new CopiedModel();
        string model = endless.Patch("""{"eos_token_id":null}""").Save();
        int[] tokens = Generate(model, ids, 4);
        Assert.Equal(4, tokens.Length);
        // The greedy continuation, step by step.
        for (int i = 0; i < tokens.Length; i++)
            Assert.Equal(tokens[i], Generate(model, [.. ids, .. tokens[..i]], 1)[0]);

        int end = tokens[^1];
        string ending = endless.Patch($$"""{"eos_token_id":[{{end}}]}""").Save();
        Assert.Equal(tokens[..Array.IndexOf(tokens, end)], Generate(ending, ids, 4));
    }

    /// <summary>The text is what the prompt of the same tokens is continued with.</summary>
    [Fact]
    public void Ids_of_a_model_with_a_tokenizer_give_its_text()
    {
        string model = RepositoryFiles.HomerMini;
        int[] ids = TokenizerLoader.Load(model).Encode("The pass key", beginOfSequence: true);
        JsonElement expected = HomerProcess.RunJson("generate", "--model", model, "--prompt", "The pass key", "--max-tokens", "8");
        folder.With("ids.json", JsonSerializer.Serialize(new { ids }));
        JsonElement answer = HomerProcess.RunJson("generate", "--model", model, "--ids", folder["ids.json"], "--max-tokens", "8");
        Assert.Equal(expected.GetProperty("tokens").ToString(), answer.GetProperty("tokens").ToString());
        Assert.Equal(expected.GetProperty("text").GetString(), answer.GetProperty("text").GetString());
        Assert.NotEmpty(answer.GetProperty("text").GetString()!);
    }

    [Fact]
    public void Logits_are_those_after_some_numbers_of_tokens_and_losses_those_of_next_tokens()
    {
        int[] ids = Ids(100);
        Run("all");
        Run("some", "--positions", "70,1,last,64,100", "--loss");
        JsonElement summary = Run("loss", "--loss");
        using SafetensorsFile all = SafetensorsFile.Open(folder["all"]), some = SafetensorsFile.Open(folder["some"]);
        using SafetensorsFile loss = SafetensorsFile.Open(folder["loss"]);
        int[] positions = some.ReadArray<int>("positions");
        Assert.Equal([1, 64, 70, 100], positions);
        Assert.Equal([4, 64], some["logits"].Shape);
        float[] logits = all.ReadArray<float>("logits");
        for (int i = 0; i < positions.Length; i++)
        {
            float[] row = logits[((positions[i] - 1) * 64)..(positions[i] * 64)];
            Expected.AssertAll(Expected.Within(row, 1e-4), some.Span<float>("logits").Slice(i * 64, 64), $"logits after {positions[i]}");
        }

        double[] expected = [.. Enumerable.Range(0, 99).Select(i => Loss(logits[(i * 64)..((i + 1) * 64)], ids[i + 1]))];
        Expected.AssertAll([.. expected.Select(value => new Expected(value, 1e-4))], loss.ReadArray<float>("loss"), "losses");
        Assert.Equal(loss.ReadArray<float>("loss"), some.ReadArray<float>("loss"));
        Assert.Equal(expected.Average(), summary.GetProperty("loss").GetDouble(), 1e-4);
        Assert.Equal(["loss"], loss.Tensors.Keys);

        JsonElement Run(string output, params string[] options) => HomerProcess.RunJson(
            ["logits", "--model", Model, "--ids", folder["ids.json"], "--out", folder[output], .. options]);
    }

    [Theory]
    [InlineData("101", "101 tokens")]
    [InlineData("0", "'0'")]
    [InlineData("first", "'first'")]
    [InlineData("", "''")]
    public void Positions_that_are_not_there_are_refused(string positions, string word)
    {
        Ids(100);
        (int exit, string output, string error) = HomerProcess.Run(
            "logits", "--model", Model, "--ids", folder["ids.json"], "--out", folder["x"], "--positions", positions);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(word, error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x"]));
    }

    private int[] Ids(int count)
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Path.Combine(GoldenCase.Data, "plain-and-calibration.safetensors"));
        int[] ids = golden.ReadArray<int>("segments")[..count];
        folder.With("ids.json", JsonSerializer.Serialize(new { ids }));
        return ids;
    }

    private int[] Generate(string model, int[] ids, int count)
    {
        folder.With("ids.json", JsonSerializer.Serialize(new { ids }));
        JsonElement answer = HomerProcess.RunJson(
            "generate", "--model", model, "--ids", folder["ids.json"], "--max-tokens", $"{count}");
        Assert.Equal("", answer.GetProperty("text").GetString());
        return [.. answer.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
    }

    private static double Loss(float[] logits, int next) => Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[next];
}
