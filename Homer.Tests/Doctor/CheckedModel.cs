using System.Text.Json.Nodes;
using Homer.Engine.Doctor;
using Homer.Engine.Weights;
using Homer.Kernels.Weights;
using Homer.Tests.Models.Families;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;

namespace Homer.Tests.Doctor;

/// <summary>A small random model with a tokenizer, in a folder or a GGUF file, which a test spoils before it is checked.</summary>
internal sealed class CheckedModel : IDisposable
{
    /// <summary>The tokens: the 256 bytes, a merge, a beginning and an end.</summary>
    public const int Tokens = 259;

    private const string Template =
        "{% for message in messages %}{{ message.content }}{% if message.role == 'assistant' %}<e>{% endif %}{% endfor %}";

    public CheckedModel()
    {
        Config = SmallModel.Config("LlamaForCausalLM");
        Config["vocab_size"] = Tokens;
        Config["eos_token_id"] = Tokens - 1;
        Tokenizer = TinyTokenizerJson.ByteLevel("t h");
        Tokenizer["added_tokens"] = new JsonArray(Added(Tokens - 2, "<s>"), Added(Tokens - 1, "<e>"));
    }

    public TemporaryFolder Folder { get; } = new();

    public JsonObject Config { get; }

    public JsonObject Tokenizer { get; }

    /// <summary>The content of tokenizer_config.json.</summary>
    public JsonObject TokenizerConfig { get; } = new() { ["eos_token"] = "<e>", ["chat_template"] = Template };

    /// <summary>Changes tensors before they are written.</summary>
    public Action<List<SmallTensor>> Spoil { get; set; } = _ => { };

    public static JsonObject Added(int id, string content, bool special = true) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["special"] = special,
        ["normalized"] = false,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
    };

    /// <summary>Writes a folder.</summary>
    public string Save()
    {
        List<SmallTensor> tensors = [.. SmallModel.Tensors(Config)];
        Spoil(tensors);
        Folder.With("config.json", Config.ToJsonString()).With("tokenizer.json", Tokenizer.ToJsonString())
            .With("tokenizer_config.json", TokenizerConfig.ToJsonString());
        SafetensorsWriter.Write(Folder["model.safetensors"], null, tensors.Select(tensor => tensor.ToPart(WeightType.Float32)));
        return Folder.Path;
    }

    /// <summary>Returns the content of a GGUF file.</summary>
    public EditableGguf ToGguf()
    {
        List<SmallTensor> tensors = [.. SmallModel.Tensors(Config)];
        Spoil(tensors);
        EditableGguf file = GgufConversion.Of(Config, tensors);
        file.Set("tokenizer.ggml.model", "gpt2");
        file.Set("tokenizer.ggml.pre", "gpt-2");
        file.SetTexts(
            "tokenizer.ggml.tokens",
            [.. Tokenizer["model"]!["vocab"]!.AsObject().Select(token => token.Key), "<s>", "<e>"]);
        file.SetTexts("tokenizer.ggml.merges", "t h");
        file.Set("tokenizer.ggml.eos_token_id", Tokens - 1u);
        file.Set("tokenizer.chat_template", Template);
        return file;
    }

    /// <summary>Makes checks up to one of a name.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="last">The name of the last check; null for all.</param>
    public static CheckUp Check(string path, string? last = null)
    {
        using var doctor = new ModelDoctor(path, "cpu:2");
        while (doctor.Next() is { } result && result.Name != last)
        {
        }

        return new(doctor.Results.ToDictionary(result => result.Name), doctor.Works, doctor.Summary);
    }

    public void Dispose() => Folder.Dispose();
}

/// <summary>The results of checks.</summary>
internal sealed record CheckUp(IReadOnlyDictionary<string, CheckResult> Results, bool Works, string Summary)
{
    public CheckResult this[string name] => Results[name];

    /// <summary>Fails unless a check has an outcome, and its sentence is one line with a word in it.</summary>
    public CheckUp Has(string name, CheckOutcome outcome, string word = "")
    {
        Assert.True(outcome == this[name].Outcome, $"{name}: {this[name]}");
        Assert.Contains(word, this[name].Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', this[name].Sentence);
        return this;
    }
}
