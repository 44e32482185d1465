using System.Text.Json;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>Tests <c>homer demo</c> with a model of one's own.</summary>
public sealed class DemoTests
{
    [Fact]
    public void Any_model_looks_for_a_planted_number()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(RepositoryFiles.HomerMini).Where(file => !file.EndsWith("homer-prompt.json")))
            File.Copy(file, folder[Path.GetFileName(file)]);
        // With a table of the model's own, and with one that the command measures.
        foreach (string run in new[] { "own table", "measured" })
        {
            if (run == "measured")
                File.Delete(folder["homer-bias.safetensors"]);
            JsonElement result = HomerProcess.RunJson("demo", "--model", folder.Path, "--tokens", "700");
            string number = result.GetProperty("pass_key").GetString()!;
            Assert.Matches(@"^\d{7}$", number);
            Assert.Contains($" is: {number}.", File.ReadAllText(result.GetProperty("document").GetString()!));
            Assert.InRange(result.GetProperty("tokens").GetInt32(), 700, 1000);
            Assert.Equal(
                ["truncate", "plain", "homer"],
                result.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("method").GetString()));
        }
    }

    [Fact]
    public void The_length_is_that_of_another_model() => HomerProcess.Run("demo", "--tokens", "700").AssertRefused(2, "--model");
}
