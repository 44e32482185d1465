using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters on values of any kind.</summary>
internal static class ObjectFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["default"] = Default,
        ["d"] = Default,
        ["attr"] = (input, arguments) => Attribute(input, Texts.Of(arguments.Bind("attr", 1, "name")[0]!)),
        ["items"] = (input, _) => Items(input),
    };

    private static Value Default(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("default", 0, "default_value", "boolean");
        bool isMissing = input is UndefinedValue || (bound[1]?.IsTrue == true && !input.IsTrue);
        return isMissing ? bound[0] ?? TextValue.Empty : input;
    }

    private static Value Attribute(Value input, string name) =>
        input.Attribute(name) ?? UndefinedValue.OfAttribute(input, name);

    private static IteratorValue Items(Value input) => input switch
    {
        UndefinedValue => new([]),
        DictValue members => new(members.Pairs()),
        _ => throw JinjaException.Runtime("Can only get item pairs from a mapping."),
    };
}
