using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Tests.Doctor;

namespace Homer.Tests.Cli;

/// <summary>Asks small random models whose templates are those of models that think. Such a model never ends a thought by itself.</summary>
public sealed class ThinkingModelTests : IDisposable
{
    // DeepSeek-R1 and SmolLM3 begin the thought in the prompt; Qwen3 leaves that to the model, and writes an empty thought for none.
    private const string Opens =
        "{% for message in messages %}<s>{{ message.content }}<e>{% endfor %}{% if add_generation_prompt %}<s><think>\n{% endif %}";

    private const string Asks = """
        {% for message in messages %}<s>{{ message.content }}<e>{% endfor %}{% if add_generation_prompt %}<s>{% if
        enable_thinking is defined and enable_thinking is false %}<think>

        </think>

        {% endif %}{% endif %}
        """;

    private readonly CheckedModel model = new();

    public void Dispose() => model.Dispose();

    [Fact]
    public void A_thought_is_ended_in_time_and_told_apart_from_the_answer()
    {
        JsonElement answer = Ask(Opens, "--think", "5", "--max-tokens", "7", "--temperature", "1", "--seed", "3");
        Assert.NotEqual("", answer.GetProperty("thought").GetString());
        Assert.DoesNotContain("think>", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        // The answer has room of its own, however long the thought is.
        Assert.NotEqual("", answer.GetProperty("text").GetString());
        Assert.Equal("length", answer.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public void No_answer_is_empty_at_the_default_settings()
    {
        JsonElement answer = Ask(Opens, "--temperature", "1", "--seed", "3");
        Assert.NotEqual("", answer.GetProperty("thought").GetString());
        Assert.NotEqual("", answer.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(Opens)]
    [InlineData(Asks)]
    public void Thoughts_can_be_switched_off(string template)
    {
        JsonElement answer = Ask(template, "--think", "off", "--max-tokens", "7", "--temperature", "1", "--seed", "3");
        Assert.False(answer.TryGetProperty("thought", out _));
        Assert.NotEqual("", answer.GetProperty("text").GetString());
    }

    [Fact]
    public void A_conversation_shows_thoughts_apart()
    {
        string path = Save(Opens);
        HomerProcess run = HomerProcess.RunWithInput(
            "Who?\nWhy?\n", "chat", "--model", path, "--device", "cpu:1", "--think", "4", "--max-tokens", "5", "--json",
            "--temperature", "1", "--seed", "3");
        Assert.True(run.ExitCode == 0, run.Error);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.NotEqual("", JsonDocument.Parse(line).RootElement.GetProperty("answer").GetString()));
    }

    private JsonElement Ask(string template, params string[] options)
    {
        string path = Save(template), document = model.Folder.With("document.txt", "It rains in the hills.")["document.txt"];
        HomerProcess run = HomerProcess.Run(
            ["ask", "--model", path, "--document", document, "Where does it rain?", "--device", "cpu:1", "--json", .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private string Save(string template)
    {
        const int Marks = CheckedModel.Tokens;
        model.Config["vocab_size"] = Marks + 2;
        model.Config["max_position_embeddings"] = 1024;
        JsonArray added = model.Tokenizer["added_tokens"]!.AsArray();
        if (added.Count == 2)
        {
            added.Add(CheckedModel.Added(Marks, "<think>", special: false));
            added.Add(CheckedModel.Added(Marks + 1, "</think>", special: false));
        }

        model.TokenizerConfig["chat_template"] = template;
        return model.Save();
    }
}
