using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Engine.Templates;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>The recorded renderings and refusals of real models' templates.</summary>
public sealed class ChatTemplateCasesTests
{
    private static readonly DateTime Now = new(2025, 1, 31, 13, 5, 9);

    public static TheoryData<string> Folders => SharedData.TryFind("tokenizers/hf") is { } root
        ? [.. from folder in Directory.GetDirectories(root)
              where File.Exists(Path.Combine(folder, "templates.json"))
              select Path.GetFileName(folder)]
        : ["none"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Recorded_conversations_are_met(string family)
    {
        string folder = SharedData.Require("tokenizers/hf/" + family);
        using var recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "templates.json")));
        Dictionary<string, JsonElement> conversations =
            recorded.RootElement.GetProperty("conversations").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        var failures = new List<string>();
        int met = 0;
        foreach (JsonElement template in recorded.RootElement.GetProperty("templates").EnumerateArray())
        {
            string file = template.GetProperty("template").GetString()!;
            ChatTemplate parsed = ChatTemplate.Parse(Source(folder, file), file);
            Dictionary<string, string> tokens = template.GetProperty("tokens").Deserialize<Dictionary<string, string>>()!;
            foreach (JsonElement test in template.GetProperty("cases").EnumerateArray())
            {
                string name = test.GetProperty("conversation").GetString()!;
                JsonObject conversation = Conversation(conversations[name], test);
                if (Judge(parsed, conversation, tokens, test) is { } failure)
                    failures.Add($"{file} {name}: {failure}");
                else
                    met++;
                if (!test.TryGetProperty("expected_continue_final_message", out JsonElement expected))
                    continue;
                conversation["continue_final_message"] = true;
                string continued = Render(parsed, conversation, tokens);
                if (continued == expected.GetString())
                    met++;
                else
                    failures.Add($"{file} {name}, continued: {Difference(expected.GetString()!, continued)}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{family}: {met} of {met + failures.Count} met"));
        Assert.True(failures.Count == 0, $"{met} of {met + failures.Count} met\n" + string.Join('\n', failures.Take(20)));
    }

    private static string Source(string folder, string file)
    {
        string text = File.ReadAllText(Path.Combine(folder, file));
        return file == "tokenizer_config.json"
            ? JsonNode.Parse(text)!["chat_template"]!.GetValue<string>()
            : text;
    }

    private static JsonObject Conversation(JsonElement recorded, JsonElement test)
    {
        JsonElement messages = test.TryGetProperty("messages", out JsonElement own) ? own : recorded.GetProperty("messages");
        var conversation = new JsonObject
        {
            ["messages"] = JsonNode.Parse(messages.GetRawText()),
            ["add_generation_prompt"] = recorded.GetProperty("add_generation_prompt").GetBoolean(),
        };
        if (recorded.TryGetProperty("variables", out JsonElement variables))
        {
            foreach (JsonProperty variable in variables.EnumerateObject())
                conversation[variable.Name] = JsonNode.Parse(variable.Value.GetRawText());
        }

        return conversation;
    }

    private static string? Judge(ChatTemplate template, JsonObject conversation, Dictionary<string, string> tokens, JsonElement test)
    {
        try
        {
            string text = Render(template, conversation, tokens);
            if (!test.TryGetProperty("expected", out JsonElement expected))
                return "should be refused";
            return text == expected.GetString() ? null : Difference(expected.GetString()!, text);
        }
        catch (ChatTemplateException e)
        {
            if (test.TryGetProperty("expected", out _))
                return e.Message;
            bool isRaised = test.GetProperty("error_kind").GetString() == "raise_exception";
            return !isRaised || e.Reason == test.GetProperty("message").GetString()
                ? null
                : $"refused with {e.Reason}, not {test.GetProperty("message")}";
        }
    }

    private static string Render(ChatTemplate template, JsonObject conversation, Dictionary<string, string> tokens)
    {
        using var json = JsonDocument.Parse(conversation.ToJsonString());
        return template.Render(json.RootElement, tokens, Now).Text;
    }

    private static string Difference(string expected, string actual)
    {
        int at = expected.AsSpan().CommonPrefixLength(actual);
        return $"at {at}: expected {Around(expected, at)}, is {Around(actual, at)}";
    }

    private static string Around(string text, int at) =>
        JsonSerializer.Serialize(text[Math.Max(0, at - 20)..Math.Min(text.Length, at + 60)]);
}
