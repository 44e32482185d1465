using System.Text.Json;
using System.Text.Json.Nodes;
using Homer.Kernels.Devices;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>A setting with another value changes the logits or is refused; one that does neither is not obeyed.</summary>
public sealed class SettingEffectTests : DeviceTests
{
    // Settings of generation, training and storage, and the window, within which all ids lie.
    private static readonly HashSet<string> WithoutEffect =
    [
        "architectures", "bos_token_id", "eos_token_id", "pad_token_id", "initializer_range", "use_cache", "attention_dropout",
        "vision_config.hidden_size",
        "max_position_embeddings", "rope_parameters.max_position_embeddings",
    ];

    // Phi-3 takes the other factors for texts that are longer than the window it began from.
    private static readonly HashSet<(string Model, string Setting)> Overridden = [("phi3", "rope_scaling.short_factor")];

    public static TheoryData<string> Names => [.. FamilySettings.Names];

    [Theory, MemberData(nameof(Names))]
    public void Every_setting_counts(string name)
    {
        ComputeDevice device = Open("cpu");
        float[] before = FamilySettings.Logits(device, FamilySettings.Settings(name));
        Assert.All(before, logit => Assert.True(float.IsFinite(logit)));
        List<string> idle = [];
        foreach (string setting in Leaves(FamilySettings.Settings(name), ""))
        {
            JsonObject settings = FamilySettings.Settings(name);
            if (!TryChange(settings, setting) || WithoutEffect.Contains(setting.Replace("text_config.", "", StringComparison.Ordinal)))
                continue;
            if (!Changes(device, before, settings))
                idle.Add(setting);
        }

        Assert.Equal(Overridden.Where(setting => setting.Model == name).Select(setting => setting.Setting).Order(), idle.Order());
    }

    private static bool Changes(ComputeDevice device, float[] before, JsonObject settings)
    {
        try
        {
            return !before.SequenceEqual(FamilySettings.Logits(device, settings));
        }
        catch (HomerException)
        {
            return true;
        }
    }

    private static bool TryChange(JsonObject settings, string path)
    {
        JsonNode parent = settings;
        string[] parts = path.Split('.');
        foreach (string part in parts[..^1])
            parent = parent[part]!;
        JsonNode value = parent[parts[^1]]!;
        JsonNode? other = value.GetValueKind() switch
        {
            JsonValueKind.Number => value.GetValue<double>() * 2,
            JsonValueKind.True => false,
            JsonValueKind.False => true,
            JsonValueKind.String when parts[^1] is "hidden_act" or "hidden_activation" =>
                value.GetValue<string>() == "silu" ? "gelu_pytorch_tanh" : "silu",
            JsonValueKind.Array when value.AsArray() is [JsonValue first, ..] => Rotated(value.AsArray(), first),
            _ => null,
        };
        if (other is null)
            return false;
        parent[parts[^1]] = other;
        return true;
    }

    // Items in another order.
    private static JsonArray Rotated(JsonArray list, JsonValue first) => [.. list.Skip(1).Append(first).Select(item => item!.DeepClone())];

    private static IEnumerable<string> Leaves(JsonObject settings, string prefix) => settings.SelectMany(member =>
        member.Value is JsonObject inner ? Leaves(inner, $"{prefix}{member.Key}.") : [prefix + member.Key]);
}
