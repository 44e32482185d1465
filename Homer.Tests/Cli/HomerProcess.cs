using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Homer.Tests.Cli;

/// <summary>A finished run of the built <c>homer</c> command in a process of its own.</summary>
internal sealed record HomerProcess(int ExitCode, string Output, string Error)
{
    // Only a command that hangs takes this long, however busy the machine.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command; <c>--device cpu</c> unless the arguments name one.</summary>
    public static HomerProcess Run(params string[] arguments) => RunWithInput("", arguments);

    /// <summary>Runs a command with a text on standard input; <c>--device cpu</c> unless the arguments name one.</summary>
    public static HomerProcess RunWithInput(string input, params string[] arguments) =>
        RunWithInput(Encoding.UTF8.GetBytes(input), "C.UTF-8", arguments);

    /// <summary>Runs a command in a locale, with bytes on standard input; <c>--device cpu</c> unless the arguments name one.</summary>
    public static HomerProcess RunWithInput(byte[] input, string locale, params string[] arguments) =>
        RunIn(new() { ["LC_ALL"] = locale }, input, arguments);

    /// <summary>Runs a command with variables of its own; <c>--device cpu</c> unless the arguments name one.</summary>
    public static HomerProcess RunIn(Dictionary<string, string> variables, params string[] arguments) => RunIn(variables, [], arguments);

    private static HomerProcess RunIn(Dictionary<string, string> variables, byte[] input, string[] arguments)
    {
        string[] device = arguments.Contains("--device") ? [] : ["--device", "cpu"];
        string command = Path.Combine(AppContext.BaseDirectory, "homer.dll");
        var start = new ProcessStartInfo("dotnet", [command, .. arguments, .. device])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        };
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Timeout))
        {
            process.Kill();
            Assert.Fail($"homer {string.Join(' ', arguments)} did not end");
        }

        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Runs a command with <c>--json</c>, and fails unless it prints one JSON object and nothing else.</summary>
    public static JsonElement RunJson(params string[] arguments)
    {
        HomerProcess run = Run([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        return json.RootElement.Clone();
    }

    /// <summary>Fails unless the command wrote nothing but one line that says what is wrong, without a stack trace.</summary>
    public void AssertRefused(int exitCode, string word)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode}: {Error}");
        Assert.Empty(Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("homer: ", line, StringComparison.Ordinal);
        Assert.Contains(word, line, StringComparison.OrdinalIgnoreCase);
    }
}
