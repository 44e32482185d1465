using System.Text.Json;
using Homer.Engine.Templates.Jinja;
using Homer.Engine.Templates.Jinja.Values;
using Homer.Tests.Support;

namespace Homer.Tests.Templates;

/// <summary>Templates of one construct each, as recorded of Jinja in Python.</summary>
public sealed class JinjaUnitTests
{
    private static readonly DateTime Now = new(2025, 1, 31, 13, 5, 9);

    public static TheoryData<string> Golden => Names("tokenizers/hf/jinja-unit/cases.json");

    public static TheoryData<string> Traps => Names("traps/template-units/cases.json");

    [Theory]
    [MemberData(nameof(Golden))]
    public void Golden_constructs_are_met(string name) => Meet("tokenizers/hf/jinja-unit/cases.json", name);

    [Theory]
    [MemberData(nameof(Traps))]
    public void Constructs_on_which_engines_differ_are_met(string name) => Meet("traps/template-units/cases.json", name);

    /// <summary>Renders a template.</summary>
    internal static string Render(string template, string context = "{}")
    {
        using var json = JsonDocument.Parse(context);
        Dictionary<string, Value> variables =
            json.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => JsonValues.Of(member.Value));
        return JinjaTemplate.Parse(template).Render(variables, Now, context.Length).Text;
    }

    private static TheoryData<string> Names(string path)
    {
        if (SharedData.TryFind(path) is not { } found)
            return ["none"];
        using var recorded = JsonDocument.Parse(File.ReadAllText(found));
        return [.. Cases(recorded).Select(test => test.GetProperty("name").GetString()!)];
    }

    private static JsonElement.ArrayEnumerator Cases(JsonDocument recorded) =>
        (recorded.RootElement.ValueKind == JsonValueKind.Array ? recorded.RootElement : recorded.RootElement.GetProperty("cases"))
        .EnumerateArray();

    private static void Meet(string path, string name)
    {
        using var recorded = JsonDocument.Parse(File.ReadAllText(SharedData.Require(path)));
        JsonElement test = Cases(recorded).First(test => test.GetProperty("name").GetString() == name);
        string template = test.GetProperty("template").GetString()!, context = test.GetProperty("context").GetRawText();
        if (test.TryGetProperty("expected", out JsonElement expected))
            Assert.Equal(expected.GetString(), Render(template, context));
        else
            Assert.NotNull(Assert.Throws<JinjaException>(() => Render(template, context)).Position);
    }
}
