using System.Text.Json;
using Homer.Tests.Doctor;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary>The lines, the JSON and the exit codes of <c>homer doctor</c>.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly CheckedModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_broken_model_fails_with_one_line_a_check_and_a_sentence()
    {
        model.TokenizerConfig["chat_template"] = "{% if";
        HomerProcess run = HomerProcess.Run("doctor", "--model", model.Save());
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(16, lines.Length);
        Assert.All(lines[..^1], line => Assert.Matches("^(ok|warning|wrong|skipped) ", line));
        Assert.Contains(lines, line => line.StartsWith("wrong    template", StringComparison.Ordinal));
        Assert.StartsWith("The model does not work as it is: template failed;", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_lists_the_checks_of_a_model_that_works()
    {
        JsonElement json = HomerProcess.RunJson("doctor", "--model", RepositoryFiles.HomerMini);
        Assert.True(json.GetProperty("works").GetBoolean());
        Assert.NotEmpty(json.GetProperty("summary").GetString()!);
        JsonElement[] checks = [.. json.GetProperty("checks").EnumerateArray()];
        Assert.Equal(15, checks.Length);
        Assert.All(checks, check => Assert.Contains(check.GetProperty("outcome").GetString(), (string[])["ok", "warning"]));
        Assert.All(checks, check => Assert.NotEmpty(check.GetProperty("seen").GetString()!));
        Assert.All(checks, check => Assert.True(check.TryGetProperty("advice", out _)));
    }
}
