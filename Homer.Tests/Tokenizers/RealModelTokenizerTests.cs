using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>The tokenizer in the GGUF file of a real model.</summary>
public sealed class RealModelTokenizerTests
{
    [Fact]
    public void Prompts_and_answers_of_ten_conversations_are_met()
    {
        ITokenizer tokenizer = TokenizerLoader.Load(
            SharedData.Require("models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"));
        using var recordings = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("models/smollm2-135m-instruct/chat.json")));
        Assert.Equal(10, recordings.RootElement.GetArrayLength());
        Assert.All(recordings.RootElement.EnumerateArray(), conversation =>
        {
            string prompt = conversation.GetProperty("prompt").GetString()!;
            Assert.Equal(Ids(conversation, "prompt_ids"), tokenizer.Encode(prompt, new EncodeOptions(ParseSpecial: true)));
            Assert.Equal(prompt, tokenizer.Decode(Ids(conversation, "prompt_ids"), skipSpecial: false));
            Assert.Equal(conversation.GetProperty("text").GetString(), tokenizer.Decode(Ids(conversation, "greedy")).Trim());
        });
        Assert.Empty(tokenizer.Notes);
    }

    private static int[] Ids(JsonElement one, string name) => [.. one.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
