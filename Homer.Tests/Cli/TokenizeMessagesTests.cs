using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Cli;

/// <summary><c>homer tokenize --messages</c>: prompts and ids of conversations, a line each.</summary>
public sealed class TokenizeMessagesTests : IDisposable
{
    private static readonly string Model = RepositoryFiles.HomerMini;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_line_is_a_prompt_with_ids_or_an_error()
    {
        folder.With("t.jinja", """
            {{ bos_token }}{% for m in messages %}{% if m.role == 'x' %}{{ raise_exception('No x.') }}{% endif %}{{ m.content }}
            {%- endfor %}{{ strftime_now('%d %b') if date }}{{ tools.a if tools }}
            """);
        folder.With("chats.jsonl", """
            {"messages": [{"role": "user", "content": "Where is Mara?"}], "bos_token": "<s>"}
            {"messages": [{"role": "user", "content": "</s>"}], "bos_token": "", "date": true}
            {"messages": [{"role": "x", "content": ""}]}

            {"messages": [{"role": "user", "content": ""}], "tools": 1, "add_generation_prompt": true}
            {"messages": [{"role": "user", "content": "a b"}, {"role": "assistant", "content": "c "}], "continue_final_message": true}
            not json
            {"messages": [{"role": "user", "content": "\ud800"}]}
            {"messages": {}}
            """);
        HomerProcess run = HomerProcess.Run(
            "tokenize", "--model", Model, "--messages", folder["chats.jsonl"], "--chat-template", folder["t.jinja"],
            "--now", "2025-01-31T13:05:09");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement[] lines = [.. run.Output.Trim().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(8, lines.Length);
        Assert.Equal("<s>Where is Mara?", lines[0].GetProperty("prompt").GetString());
        // One beginning, which the template wrote.
        int[] expected = TokenizerLoader.Load(Model).Encode("Where is Mara?", beginOfSequence: true);
        Assert.Equal(expected, lines[0].GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal("</s>31 Jan", lines[1].GetProperty("prompt").GetString());
        Assert.DoesNotContain(2, lines[1].GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal("No x.", lines[2].GetProperty("error").GetString());
        Assert.Equal("<s>", lines[3].GetProperty("prompt").GetString());
        Assert.Equal("<s>a bc ", lines[4].GetProperty("prompt").GetString());
        Assert.All(lines[5..], line => Assert.NotEmpty(line.GetProperty("error").GetString()!));
    }

    [Theory]
    [InlineData("--now", "today")]
    [InlineData("--parse-special", "true")]
    [InlineData("--lines", "x")]
    public void Options_that_do_not_fit_are_refused(string option, string value)
    {
        folder.With("chats.jsonl", "{}").With("t.jinja", "");
        string[] given = value == "true" ? [option] : [option, value];
        HomerProcess run = HomerProcess.Run(
            ["tokenize", "--model", Model, "--messages", folder["chats.jsonl"], "--chat-template", folder["t.jinja"], .. given]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_model_without_a_template_needs_one()
    {
        HomerProcess run = HomerProcess.Run("tokenize", "--model", Model, "--messages", "-");
        Assert.Contains("--chat-template", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_alone_has_no_effect() =>
        Assert.Equal(2, HomerProcess.Run("tokenize", "--model", Model, "a", "--chat-template", "t.jinja").ExitCode);

    /// <summary>The example of docs/cli.md.</summary>
    [Fact]
    public void The_example_of_the_documents_is_what_is_printed()
    {
        string path = Path.Combine(RepositoryFiles.Root, "docs", "cli.md");
        Assert.SkipUnless(File.Exists(path), "the documentation is not here");
        string page = File.ReadAllText(path);
        const string Text = "\"Where is Mara?\"";
        HomerProcess shown = HomerProcess.Run("tokenize", "--model", Model, Text.Trim('"'));
        Assert.Contains($"$ homer tokenize --model models/homer-mini {Text}\n{shown.Output}", page, StringComparison.Ordinal);
        HomerProcess lines = HomerProcess.RunWithInput(Text + "\n", "tokenize", "--model", Model, "--lines", "-", "--add-special");
        Assert.Contains(
            $"$ echo '{Text}' | homer tokenize --model models/homer-mini --lines - --add-special\n{lines.Output}", page,
            StringComparison.Ordinal);
    }
}
