using System.Globalization;
using Homer.Engine;
using Homer.Engine.Evaluation.Tasks;

namespace Homer.Benchmarks.Retrieval;

/// <summary>The settings of the commands that plant sentences, given as name=value.</summary>
internal sealed class RetrievalSettings
{
    private readonly Dictionary<string, string> values = new()
    {
        ["table"] = "",
        ["needles"] = "one",
        ["lengths"] = "16384",
        ["documents"] = "5",
        ["questions"] = "8",
        ["tokens"] = "1024",
        ["recall"] = "",
        ["seed"] = "1",
        ["log"] = "",
        ["answers"] = "yes",
    };

    /// <summary>The names of all settings.</summary>
    public static string Names => string.Join(", ", new RetrievalSettings().values.Keys);

    /// <summary>Returns the value of a setting.</summary>
    public string this[string name] => values[name];

    /// <summary>Reads settings; null if one is unknown.</summary>
    public static RetrievalSettings? Parse(IEnumerable<string> given)
    {
        var settings = new RetrievalSettings();
        foreach (string one in given)
        {
            if (one.Split('=', 2) is not [var name, var value] || !settings.values.ContainsKey(name))
                return null;
            settings.values[name] = value;
        }

        return settings;
    }

    /// <summary>The settings of recall, given as <c>recall=name:value,name:value</c>.</summary>
    public IReadOnlyDictionary<string, string> OfRecall => this["recall"].Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split(':', 2)).ToDictionary(one => one[0], one => one[^1]);

    /// <summary>Returns the value of a setting that is a number.</summary>
    public int Number(string name) => Number(values[name], name);

    /// <summary>Creates the task that plants sentences in a text.</summary>
    public NeedleTask Task(HomerEngine engine, string text)
    {
        engine.ThinkingBudget = 0;
        NeedleKind[] kinds =
        [
            .. this["needles"].Split(',').Select(word => Enum.TryParse(word, ignoreCase: true, out NeedleKind kind)
                ? kind
                : throw new HomerException($"'{word}' is nothing that can be planted.")),
        ];
        int[] lengths = [.. this["lengths"].Split(',').Select(length => Number(length, "lengths"))];
        return new(engine, [new(Path.GetFileName(text), File.ReadAllText(text))], new(kinds, lengths, Number("documents"))
        {
            Questions = Number("questions"),
            Seed = Number("seed"),
        });
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', values.Select(one => $"{one.Key}={one.Value}"));

    private static int Number(string text, string name) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new HomerException($"{name}={text} is no number.");
}
