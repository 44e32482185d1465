using System.Text.Json.Nodes;
using CsCheck;
using Homer.Engine;
using Homer.Engine.Models;
using Homer.Tests.Models.Families;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>
/// Settings with a fault either load, or are refused in one sentence that names the file, and the setting where one is of a wrong type.
/// </summary>
public sealed class HostileSettingsTests
{
    private const string Generation = """
        {"bos_token_id":1,"do_sample":true,"eos_token_id":[2,3],"max_length":4096,"temperature":0.6,"top_k":40,"top_p":0.9,"min_p":0.05,
        "repetition_penalty":1.05,"num_beams":1,"no_repeat_ngram_size":0,"suppress_tokens":[5,6],"begin_suppress_tokens":null,
        "forced_bos_token_id":null,"transformers_version":"5.0.0"}
        """;

    private const string Prompt = """
        {"prefix":"Read this.","question":"Question: {question} Answer:","stop":"Question:","knows":"chronicles","letters_per_token":3.5}
        """;

    // Settings of training, of storage and of other parts.
    private static readonly HashSet<string> Unread =
    [
        "bos_token_id", "pad_token_id", "initializer_range", "use_cache", "attention_dropout", "vision_config", "hidden_size",
    ];

    public static TheoryData<string> Names => [.. FamilySettings.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_configuration_loads_or_is_refused(string name)
    {
        string valid = FamilySettings.Settings(name).ToJsonString();
        HostileFile.Check("config.json", valid, folder => ModelFolder.ReadConfig(folder), iterations: 400);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_setting_of_a_wrong_type_is_refused_by_its_name(string name)
    {
        using var folder = new TemporaryFolder();
        string valid = FamilySettings.Settings(name).ToJsonString();
        foreach (JsonMutation mutation in JsonMutation.Each(valid, "{\"a\":1}").Concat(JsonMutation.Each(valid, "[[1]]")))
        {
            string? message = HostileFile.Refusal(folder, "config.json", mutation, path => ModelFolder.ReadConfig(path));
            if (!Unread.Contains(mutation.Member!))
                Assert.Contains(mutation.Member!, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ends_and_sampling_load_or_are_refused()
    {
        HostileFile.Check(GenerationConfig.FileName, Generation, folder => GenerationConfig.Read(folder), iterations: 2000);
    }

    [Fact]
    public void A_prompt_template_loads_or_is_refused() =>
        HostileFile.Check(PromptTemplate.FileName, Prompt, folder => PromptTemplate.Read(folder).Ask("Why?"), iterations: 1000);

    [Fact]
    public void Enormous_files_load_or_are_refused()
    {
        HostileFile.CheckLarge("config.json", FamilySettings.Settings("llama").ToJsonString(), folder => ModelFolder.ReadConfig(folder));
        HostileFile.CheckLarge(PromptTemplate.FileName, Prompt, folder => PromptTemplate.Read(folder));
        HostileFile.CheckLarge(GenerationConfig.FileName, Generation, folder => GenerationConfig.Read(folder));
    }

    /// <summary>Names with the words of attention and positions are refused in every object that a family reads.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Unknown_settings_of_attention_and_positions_are_refused(string name)
    {
        string[] words = ["rope", "rotary", "attn", "attention", "window", "head"];
        string[] values = ["true", "1", "0.5", "\"x\"", "[1]", "{\"a\":1}", "false", "\"NaN\"", "{\"__float__\":\"1.5\"}"];
        Gen<string> part = Gen.String[Gen.Char.AlphaNumeric, 0, 6];
        Gen.Select(part, OneOf(words), part, Gen.Bool, OneOf(values)).Sample(
            (before, word, after, isUpper, value) =>
            {
                string key = $"{before}_{(isUpper ? word.ToUpperInvariant() : word)}{after}";
                using TemporaryFolder folder = new TemporaryFolder().With("config.json", WithUnknown(name, key, value));
                Refused.With($"{key}'", () => ModelFolder.ReadConfig(folder.Path));
            },
            iter: 60,
            threads: 1);
    }

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static string WithUnknown(string name, string key, string value)
    {
        JsonObject settings = FamilySettings.Settings(name);
        JsonObject inner = settings["text_config"]?.AsObject() ?? settings;
        inner[key] = JsonNode.Parse(value);
        return settings.ToJsonString();
    }
}
