using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Homer.Engine.Models;

/// <summary>
/// The canonical text of a configuration: its settings in ordinal order, one on a line. Settings that are as in a plain Llama are left out,
/// so that one that is added later does not change the text of other models; so are those that change no result. The form of config.json
/// does not matter.
/// </summary>
internal static class ConfigurationText
{
    private static readonly HashSet<string> WithoutEffect =
        [nameof(ModelConfig.Family), nameof(ModelConfig.EndOfSequence), nameof(ModelConfig.Notes)];

    private static readonly ModelConfig Plain = new()
    {
        HiddenSize = 0,
        IntermediateSize = 0,
        Layers = 0,
        Heads = 0,
        KvHeads = 0,
        HeadDim = 0,
        VocabularySize = 0,
        Window = 0,
    };

    /// <summary>Returns the text of a configuration.</summary>
    public static string Of(ModelConfig config)
    {
        var text = new StringBuilder();
        foreach ((string name, string value) in Settings(config, Plain))
            text.Append(name).Append('=').Append(value).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<(string Name, string Value)> Settings(object of, object? plain) =>
        from property in of.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite && !WithoutEffect.Contains(property.Name)
        orderby property.Name
        let value = TextOf(property.GetValue(of))
        where plain is null || value != TextOf(property.GetValue(plain))
        select (property.Name, value);

    private static string TextOf(object? value) => value switch
    {
        null => "none",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool or string => value.ToString()!,
        IReadOnlySet<int> set => TextOf(set.Order().ToArray()),
        IEnumerable list => $"[{string.Join(' ', list.Cast<object>().Select(TextOf))}]",
        RopeScaling scaling => Nested(scaling, RopeScaling.None),
        _ => Nested(value, null),
    };

    private static string Nested(object value, object? plain) =>
        $"({string.Join(' ', Settings(value, plain).Select(setting => $"{setting.Name}={setting.Value}"))})";
}
