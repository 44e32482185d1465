using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

public sealed class ModelConfigTests : IDisposable
{
    private readonly CopiedModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData("""{"hidden_size":null}""", "lacks hidden_size")]
    [InlineData("""{"intermediate_size":null}""", "lacks intermediate_size")]
    [InlineData("""{"num_hidden_layers":null}""", "lacks num_hidden_layers")]
    [InlineData("""{"num_attention_heads":null}""", "lacks num_attention_heads")]
    [InlineData("""{"vocab_size":null}""", "lacks vocab_size")]
    [InlineData("""{"hidden_size":"32"}""", "hidden_size")]
    [InlineData("""{"hidden_size":0}""", "hidden_size")]
    [InlineData("""{"hidden_size":2147483647}""", "hidden_size")]
    [InlineData("""{"num_hidden_layers":2.5}""", "num_hidden_layers")]
    [InlineData("""{"num_hidden_layers":-1}""", "num_hidden_layers")]
    [InlineData("""{"vocab_size":[64]}""", "vocab_size")]
    [InlineData("""{"vocab_size":1e30}""", "vocab_size")]
    [InlineData("""{"intermediate_size":4294967297}""", "intermediate_size")]
    [InlineData("""{"max_position_embeddings":0}""", "max_position_embeddings")]
    [InlineData("""{"rms_norm_eps":"small"}""", "rms_norm_eps")]
    [InlineData("""{"rms_norm_eps":0}""", "rms_norm_eps")]
    [InlineData("""{"rope_theta":true}""", "rope_theta")]
    [InlineData("""{"rope_theta":-10000}""", "rope_theta")]
    [InlineData("""{"tie_word_embeddings":1}""", "tie_word_embeddings")]
    [InlineData("""{"eos_token_id":"2"}""", "eos_token_id")]
    [InlineData("""{"eos_token_id":[2,"3"]}""", "eos_token_id")]
    [InlineData("""{"hidden_act":5}""", "hidden_act")]
    [InlineData("""{"hidden_act":"gelu"}""", "gelu")]
    [InlineData("""{"architectures":["MixtralForCausalLM"]}""", "MixtralForCausalLM")]
    [InlineData("""{"architectures":null,"model_type":"gpt2"}""", "gpt2")]
    [InlineData("""{"architectures":null,"model_type":null}""", "architecture")]
    [InlineData("""{"attention_bias":"no"}""", "attention_bias")]
    [InlineData("""{"num_key_value_heads":3}""", "evenly")]
    [InlineData("""{"num_key_value_heads":8}""", "evenly")]
    [InlineData("""{"head_dim":7}""", "head_dim is 7")]
    [InlineData("""{"head_dim":258}""", "head_dim is 258")]
    [InlineData("""{"head_dim":null,"num_attention_heads":3,"num_key_value_heads":1}""", "3 attention heads")]
    [InlineData("""{"head_dim":null,"num_attention_heads":64}""", "64 attention heads")]
    [InlineData("""{"rope_scaling":2}""", "rope_scaling")]
    [InlineData("""{"rope_scaling":{"type":"longrope","factor":2}}""", "longrope")]
    [InlineData("""{"rope_scaling":{"type":"linear","factor":0.5}}""", "factor")]
    [InlineData("""{"rope_scaling":{"type":"linear","factor":"2"}}""", "factor")]
    [InlineData("""{"rope_scaling":{"type":7}}""", "type")]
    [InlineData("""{"rope_scaling":{"type":"yarn","factor":2,"original_max_position_embeddings":0}}""", "original_max_position_embeddings")]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3","factor":2,"low_freq_factor":4,"high_freq_factor":4}}""", "high_freq_factor")]
    [InlineData("""{"rope_scaling":{"type":"longrope","short_factor":[1,1,1,1],"long_factor":[1,1,1]}}""", "3 long factors")]
    [InlineData("""{"rope_scaling":{"type":"longrope","short_factor":[1,1,1,0],"long_factor":[1,1,1,1]}}""", "short_factor")]
    [InlineData("""{"rope_scaling":{"type":"linear"}}""", "has no factor")]
    [InlineData("""{"rope_scaling":{"type":"yarn"}}""", "has no factor")]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3"}}""", "has no factor")]
    [InlineData("""{"rope_scaling":{"type":"yarn","factor":2,"beta_fast":1,"beta_slow":1}}""", "beta_fast")]
    [InlineData("""{"rope_scaling":{"type":"yarn","factor":2,"ramp":3}}""", "'rope_scaling.ramp'")]
    [InlineData("""{"rope_parameters":{"rope_type":"linear","factor":2,"beta_fast":3}}""", "'rope_parameters.beta_fast'")]
    [InlineData("""{"rope_parameters":{"full_attention":{"rope_theta":3}}}""", "full_attention")]
    [InlineData("""{"rope_parameters":{"rope_theta":3},"rope_scaling":{"type":"linear","factor":2}}""", "both rope_scaling and")]
    [InlineData("""{"partial_rotary_factor":1.5}""", "partial_rotary_factor")]
    [InlineData("""{"partial_rotary_factor":0.4}""", "partial_rotary_factor")]
    [InlineData("""{"sliding_window":64}""", "'sliding_window'")]
    [InlineData("""{"attention_multiplier":0.5}""", "'attention_multiplier'")]
    [InlineData("""{"attn_logit_softcapping":30}""", "'attn_logit_softcapping'")]
    [InlineData("""{"final_logit_softcapping":30}""", "'final_logit_softcapping'")]
    [InlineData("""{"logits_scaling":8}""", "'logits_scaling'")]
    [InlineData("""{"layer_types":["sliding_attention"]}""", "sliding_attention")]
    [InlineData("""{"layer_types":[1,2]}""", "layer_types must be a list of strings")]
    [InlineData("""{"layer_types":"full_attention"}""", "layer_types must be a list of strings")]
    [InlineData("""{"architectures":["MistralForCausalLM"],"sliding_window":0}""", "sliding_window")]
    [InlineData("""{"architectures":["MistralForCausalLM"],"layer_types":["full_attention"]}""", "layer_types has 1 entries")]
    [InlineData("""{"architectures":["Ministral3ForCausalLM"]}""", "rope_parameters")]
    [InlineData("""{"architectures":["Gemma2ForCausalLM"],"attn_logit_softcapping":-1}""", "attn_logit_softcapping")]
    [InlineData("""{"architectures":["Gemma3ForCausalLM"],"sliding_window_pattern":0}""", "sliding_window_pattern")]
    [InlineData("""{"architectures":["Gemma3ForCausalLM"],"use_bidirectional_attention":true}""", "use_bidirectional_attention")]
    [InlineData("""{"rope_parameters":{"full_attention":{"rope_theta":3},"sliding_attention":{"rope_typo":3}}}""", "rope_typo")]
    [InlineData("""{"rope_interleaved":true}""", "'rope_interleaved'")]
    [InlineData("""{"Rotary_pct":1}""", "'Rotary_pct'")]
    [InlineData("""{"quantization_config":{"quant_method":"gptq"}}""", "quantization_config")]
    [InlineData("""{"layer_types":["full_attention","chunked_attention"]}""", "chunked_attention")]
    public void What_cannot_be_run_is_refused(string patch, string word)
    {
        model.Patch(patch).Save();
        Refused.With(word, () => ModelConfig.Read(model.ConfigPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("32")]
    public void Configurations_that_are_not_objects_are_refused(string content)
    {
        File.WriteAllText(model.ConfigPath, content);
        Refused.With("JSON", () => ModelConfig.Read(model.ConfigPath));
    }

    [Fact]
    public void A_missing_file_is_named() => Refused.With("config.json", () => ModelConfig.Read(model.ConfigPath));

    [Theory]
    [InlineData(1 << 23, 256)]
    [InlineData(1 << 24, 2)]
    [InlineData((1 << 20) + 1, 16)]
    public void Heads_that_are_too_many_together_are_refused(int heads, int size)
    {
        model.Patch($$"""{"num_attention_heads":{{heads}},"num_key_value_heads":{{heads}},"head_dim":{{size}}}""").Save();
        Refused.With("heads", () => ModelConfig.Read(model.ConfigPath));
    }

    [Fact]
    public void Every_member_is_read()
    {
        model.Patch("""
            {"hidden_size":48,"head_dim":16,"eos_token_id":[2,7],"tie_word_embeddings":true,"rope_theta":5e5,"rms_norm_eps":1e-3,
            "rope_scaling":{"rope_type":"llama3","factor":8,"low_freq_factor":2,"high_freq_factor":3,"original_max_position_embeddings":99}}
            """).Save();
        ModelConfig config = ModelConfig.Read(model.ConfigPath);
        Assert.Equal(
            (48, 48, 6, 4, 2, 16, 64, 128),
            (config.HiddenSize, config.IntermediateSize, config.Layers, config.Heads,
                config.KvHeads, config.HeadDim, config.VocabularySize, config.Window));
        Assert.Equal([2, 7], config.EndOfSequence);
        Assert.True(config.TieWordEmbeddings);
        Assert.Equal((5e5, 1e-3f), (config.RopeTheta, config.RmsNormEpsilon));
        Assert.Equal(new RopeScaling(RopeScalingType.Llama3, 8, 99, 2, 3), config.RopeScaling);
    }

    [Theory]
    [InlineData("""{"sliding_window":null,"attention_dropout":0.1,"_attn_implementation":"eager","rope_interleaved":false}""")]
    [InlineData("""{"layer_types":["full_attention","full_attention"],"transformers_version":"5.0","some_new_key":[1,2]}""")]
    [InlineData("""{"rope_parameters":{"rope_type":"default","rope_theta":10000}}""")]
    public void Settings_without_effect_are_ignored(string patch)
    {
        model.Save();
        ModelConfig expected = ModelConfig.Read(model.ConfigPath);
        model.Patch(patch).Save();
        ModelConfig config = ModelConfig.Read(model.ConfigPath);
        Assert.Equal(
            (expected.RopeTheta, expected.RopeScaling, expected.ParameterCount),
            (config.RopeTheta, config.RopeScaling, config.ParameterCount));
    }

    [Fact]
    public void Missing_members_take_the_defaults_of_the_format()
    {
        model.Patch("""
            {"num_key_value_heads":null,"head_dim":null,"max_position_embeddings":null,"rms_norm_eps":null,"rope_theta":null,
            "tie_word_embeddings":null,"hidden_act":null,"eos_token_id":null,"architectures":null}
            """).Save();
        ModelConfig config = ModelConfig.Read(model.ConfigPath);
        Assert.Equal((4, 8, 2048, 1e-6f, 10000), (config.KvHeads, config.HeadDim, config.Window, config.RmsNormEpsilon, config.RopeTheta));
        Assert.False(config.TieWordEmbeddings);
        Assert.Empty(config.EndOfSequence);
        Assert.Equal(RopeScaling.None, config.RopeScaling);
    }
}
