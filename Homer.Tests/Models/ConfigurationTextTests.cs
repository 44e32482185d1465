using System.Text.Json.Nodes;
using Homer.Engine.Models;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

/// <summary>Checks that a configuration's text changes with every setting that changes results, and with nothing else.</summary>
public sealed class ConfigurationTextTests
{
    [Fact]
    public void The_form_of_the_file_does_not_matter()
    {
        using var copy = new CopiedModel();
        copy.Save();
        string text = ConfigurationText.Of(ModelConfig.Read(copy.ConfigPath));
        var turned = new JsonObject(copy.Config.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        File.WriteAllText(copy.ConfigPath, turned.ToJsonString(new() { WriteIndented = true }) + "\n\n");
        Assert.Equal(text, ConfigurationText.Of(ModelConfig.Read(copy.ConfigPath)));
    }

    [Theory]
    [InlineData("""{"rms_norm_eps":0.5}""")]
    [InlineData("""{"rope_theta":500000}""")]
    [InlineData("""{"num_hidden_layers":5}""")]
    [InlineData("""{"max_position_embeddings":4096}""")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear","factor":2}}""")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear","factor":2.0000001}}""")]
    [InlineData("""{"rope_scaling":{"rope_type":"yarn","factor":2,"beta_fast":31}}""")]
    [InlineData("""{"partial_rotary_factor":0.5}""")]
    public void Each_setting_changes_the_text(string patch)
    {
        using CopiedModel plain = new(), copy = new();
        plain.Save();
        copy.Patch(patch).Save();
        Assert.NotEqual(
            ConfigurationText.Of(ModelConfig.Read(plain.ConfigPath)), ConfigurationText.Of(ModelConfig.Read(copy.ConfigPath)));
    }

    [Fact]
    public void What_changes_no_result_is_left_out()
    {
        using var copy = new CopiedModel();
        copy.Save();
        var config = ModelConfig.Read(copy.ConfigPath);
        Assert.Equal(
            ConfigurationText.Of(config), ConfigurationText.Of(config with { Family = "Other", EndOfSequence = [7], Notes = ["a"] }));
        Assert.Equal(ConfigurationText.Of(config), ConfigurationText.Of(config with { UnrotatedLayers = new HashSet<int>() }));
        Assert.Contains(
            "UnrotatedLayers=[1 3 5]", ConfigurationText.Of(config with { UnrotatedLayers = new HashSet<int> { 5, 1, 3 } }),
            StringComparison.Ordinal);
    }
}
