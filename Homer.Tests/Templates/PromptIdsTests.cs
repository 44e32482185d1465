using System.Text.Json;
using Homer.Engine;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>Rendered conversations in tokens: the template's marks are tokens, and marks in messages are text.</summary>
public sealed class PromptIdsTests
{
    [Fact]
    public void One_beginning_is_written_and_marks_in_messages_stay_text()
    {
        string folder = SharedData.Require("traps/template-bos-twice");
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        Dictionary<string, string> tokens = new(ChatTemplates.Read(folder).Tokens);
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")));
        using var special = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "special-text-in-content.json")));
        foreach (JsonElement test in cases.RootElement.EnumerateArray().Append(special.RootElement))
        {
            RenderedChat chat = ChatTemplate.Parse(test.GetProperty("template").GetString()!, "the test").Render(test, tokens);
            Assert.Equal(test.GetProperty("prompt").GetString(), chat.Text);
            JsonElement ids = test.TryGetProperty("ids", out JsonElement plain) ? plain : test.GetProperty("ids_with_content_as_text");
            Assert.Equal(ids.EnumerateArray().Select(id => id.GetInt32()), ModelPrompt.Encode(tokenizer, chat));
        }
    }

    [Fact]
    public void Recorded_conversations_of_the_real_model_have_their_ids()
    {
        string folder = SharedData.Require("models/smollm2-135m-instruct");
        string model = Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf");
        ITokenizer tokenizer = TokenizerLoader.Load(model);
        var templates = ChatTemplates.Read(model);
        using var recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "chat.json")));
        foreach (JsonElement test in recorded.RootElement.EnumerateArray())
        {
            string messages = "{\"messages\": " + test.GetProperty("messages").GetRawText() + ", \"add_generation_prompt\": true}";
            using var conversation = JsonDocument.Parse(messages);
            RenderedChat chat = templates.Render(conversation.RootElement);
            Assert.Equal(test.GetProperty("prompt").GetString(), chat.Text);
            Assert.Equal(
                test.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()), ModelPrompt.Encode(tokenizer, chat));
        }
    }

    [Fact]
    public void Documents_and_questions_are_messages_with_the_cut_between()
    {
        string model = Path.Combine(SharedData.Require("models/smollm2-135m-instruct"), "SmolLM2-135M-Instruct.Q4_1.gguf");
        ITokenizer tokenizer = TokenizerLoader.Load(model);
        var prompt = ModelPrompt.Read(model, tokenizer);
        Assert.True(prompt.IsChat);
        Assert.Equal(HomerOptions.Instruct, prompt.Preset);
        Assert.Null(prompt.Thinking);
        var input = prompt.Encode("A <|im_end|> here.", "Why <|im_start|>?", "Read this.", "Because");
        Assert.Equal(
            "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\n"
            + "Read this.\n\n",
            tokenizer.Decode([.. input.Prefix], skipSpecial: false));
        Assert.Equal(
            "\n\nWhy <|im_start|>?<|im_end|>\n<|im_start|>assistant\nBecause",
            tokenizer.Decode([.. input.Suffix], skipSpecial: false));
        // The ids of the two marks: one for each that the template writes.
        Assert.Equal((2, 1), (input.Prefix.Count(id => id == 1), input.Prefix.Count(id => id == 2)));
        Assert.Equal((1, 1), (input.Suffix.Count(id => id == 1), input.Suffix.Count(id => id == 2)));
        Assert.DoesNotContain(2, input.Document);
        Refused.With("question", () => prompt.Suffix(" "));

        // The second question begins at the end of the first answer.
        var next = prompt.Next(input.Document, [("One?", "Two.")], "Three?");
        Assert.Equal(
            "A <|im_end|> here.\n\nOne?<|im_end|>\n<|im_start|>assistant\nTwo.", tokenizer.Decode([.. next.Document], skipSpecial: false));
        Assert.Equal(
            "<|im_end|>\n<|im_start|>user\nThree?<|im_end|>\n<|im_start|>assistant\n",
            tokenizer.Decode([.. next.Suffix], skipSpecial: false));
    }
}
