using System.Text.Json;
using Homer.Engine.Templates;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>Where the chat templates of a model are found, and which of several is used.</summary>
public sealed class ChatTemplatesTests
{
    private const string Chat = """{"messages": [{"role": "user", "content": "the and"}]}""";
    private const string WithTools = """{"messages": [{"role": "user", "content": "the and"}], "tools": [{"name": "f"}]}""";

    [Theory]
    [InlineData("template-named")]
    [InlineData("template-file-wins")]
    public void Recorded_folders_choose_by_tools(string name)
    {
        string folder = SharedData.Require("traps/" + name);
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")));
        foreach (JsonElement test in cases.RootElement.EnumerateArray())
            Assert.Equal(test.GetProperty("expected").GetString(), ChatTemplates.Read(folder).Render(test).Text);
    }

    [Fact]
    public void A_list_without_default_is_refused_with_its_names()
    {
        string folder = SharedData.Require("traps/template-named/no-default");
        Refused.With("rag", () => ChatTemplates.Read(folder).Choose());
    }

    [Theory]
    [InlineData("named.gguf", "D:the and", "T:[{\"name\": \"f\"}]:the and")]
    public void Gguf_files_have_templates_by_name(string file, string expected, string expectedWithTools)
    {
        var templates = ChatTemplates.Read(SharedData.Require("traps/gguf-chat-templates/" + file));
        Assert.Equal(expected, Render(templates, Chat));
        Assert.Equal(expectedWithTools, Render(templates, WithTools));
    }

    [Fact]
    public void Gguf_files_without_a_template_say_so() =>
        Refused.With("no chat template", () => ChatTemplates.Read(SharedData.Require("traps/gguf-chat-templates/none.gguf")).Choose());

    [Fact]
    public void A_broken_template_of_a_gguf_file_is_refused_with_its_place() =>
        Refused.With("line ", () => ChatTemplates.Read(SharedData.Require("traps/gguf-chat-templates/broken.gguf")).Choose());

    [Fact]
    public void Recorded_arguments_of_tool_calls_are_rendered()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(SharedData.Require("traps/template-tool-arguments/cases.json")));
        foreach (JsonElement test in cases.RootElement.EnumerateArray())
        {
            ChatTemplate template = ChatTemplate.Parse(test.GetProperty("template").GetString()!, "the test");
            Meet(template, test.GetProperty("object"), """{"city": "Köln", "n": 3}""");
            Meet(template, test.GetProperty("string"), """ "{\"city\": \"Köln\", \"n\": 3}" """);
        }

        static void Meet(ChatTemplate template, JsonElement test, string arguments)
        {
            using var json = JsonDocument.Parse(
                "{\"messages\": [{\"role\": \"assistant\", \"tool_calls\": [{\"function\": {\"name\": \"f\", \"arguments\": "
                + arguments + "}}]}]}");
            if (test.TryGetProperty("expected", out JsonElement expected))
                Assert.Equal(expected.GetString(), template.Render(json.RootElement, new Dictionary<string, string>()).Text);
            else
                Assert.Throws<ChatTemplateException>(() => template.Render(json.RootElement, new Dictionary<string, string>()));
        }
    }

    [Fact]
    public void Files_win_over_the_configuration()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(ChatTemplates.Read(folder.Path).Names);
        Write(folder, "tokenizer_config.json", """
            {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "pad_token": null,
             "chat_template": [{"name": "default", "template": "{{ bos_token }}old"}, {"name": "rag", "template": "r"}]}
            """);
        Write(folder, "special_tokens_map.json", """{"eos_token": "other", "unk_token": "<unk>"}""");
        var templates = ChatTemplates.Read(folder.Path);
        Assert.Equal(["default", "rag"], templates.Names);
        Assert.Equal("<s>old", Render(templates, Chat));
        Assert.Equal("</s>", templates.Tokens["eos_token"]);
        Assert.Equal("<unk>", templates.Tokens["unk_token"]);
        Assert.False(templates.Tokens.ContainsKey("pad_token"));
        Write(folder, "chat_template.jinja", "new");
        Write(folder, "chat_template.tool_use.jinja", "tools");
        templates = ChatTemplates.Read(folder.Path);
        Assert.Equal("new", Render(templates, Chat));
        Assert.Equal("tools", Render(templates, WithTools));
        Write(folder, "other.jinja", "other");
        Assert.Equal("other", Render(templates.With(Path.Combine(folder.Path, "other.jinja")), WithTools));
    }

    [Theory]
    [InlineData("""{"chat_template": 7}""", "chat_template")]
    [InlineData("""{"chat_template": [{"name": "default"}]}""", "chat_template")]
    [InlineData("""{"chat_template": "{% if %}"}""", "line 1, column")]
    [InlineData("""{"chat_template": "{% if x %}a\n{{ y"}""", "line 2, column 1")]
    [InlineData("""{"chat_template": "a\n {{ x.y.z }}"}""", "line 2, column 6")]
    [InlineData("""{"chat_template": "{{ raise_exception('No system role. Mend it!') }}"}""", "No system role. Mend it!")]
    [InlineData("""{"chat_template": "{{ bos""", "not valid JSON")]
    public void Broken_templates_are_refused(string config, string word)
    {
        using var folder = new TemporaryFolder();
        Write(folder, "tokenizer_config.json", config);
        Refused.With(word, () => Render(ChatTemplates.Read(folder.Path), Chat));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"messages": 1}""")]
    public void What_is_no_conversation_is_refused(string json)
    {
        ChatTemplate template = ChatTemplate.Parse("a", "the test");
        Refused.With("messages", () => template.Render(JsonDocument.Parse(json).RootElement, new Dictionary<string, string>()));
    }

    [Fact]
    public void Parts_from_the_data_are_known()
    {
        ChatTemplate template = ChatTemplate.Parse(
            "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim | replace('a', 'b') }}{% endfor %}{{ x[1:] ~ 'y' }}",
            "the test");
        using var json = JsonDocument.Parse("""
            {"messages": [{"role": "user", "content": " <s>an "}, {"role": "x|><|user", "content": "c"}], "x": "123"}
            """);
        RenderedChat chat = template.Render(json.RootElement, new Dictionary<string, string> { ["bos_token"] = "<s>" });
        Assert.Equal("<s><|user|><s>bn<|x|><|user|>c23y", chat.Text);
        // The b that replaced an a is the template's; the second role is no word, so that it may be anything.
        Assert.Equal(
            ["<s>", "n", "x|><|user", "c23"],
            chat.Data.Select(range => chat.Text[range]));
    }

    private static void Write(TemporaryFolder folder, string name, string text) =>
        folder.With(name, text);

    private static string Render(ChatTemplates templates, string conversation)
    {
        using var json = JsonDocument.Parse(conversation);
        return templates.Render(json.RootElement, new DateTime(2025, 1, 31)).Text;
    }
}
