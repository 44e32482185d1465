using Homer.Engine.Templates.Jinja.Tests;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters that choose items by a test or apply another filter to each.</summary>
internal static class ChoiceFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["map"] = Map,
        ["select"] = (input, arguments) => Choose(input, arguments, byAttribute: false, takes: true),
        ["reject"] = (input, arguments) => Choose(input, arguments, byAttribute: false, takes: false),
        ["selectattr"] = (input, arguments) => Choose(input, arguments, byAttribute: true, takes: true),
        ["rejectattr"] = (input, arguments) => Choose(input, arguments, byAttribute: true, takes: false),
    };

    private static IteratorValue Map(Value input, Arguments arguments)
    {
        Func<Value, Value> map = arguments.Positional.Count == 0 && arguments.Named.Any(named => named.Key == "attribute")
            ? ByAttribute(arguments)
            : ByFilter(arguments);
        return new(Taken(input).Select(item =>
        {
            RenderingBudget.Current.Step();
            return map(item);
        }));
    }

    // What is false has no items, even where it is no list; what is neither fails when the items are taken.
    private static IEnumerable<Value> Taken(Value input)
    {
        if (!input.IsTrue)
            yield break;
        foreach (Value item in input.Items())
            yield return item;
    }

    private static Func<Value, Value> ByAttribute(Arguments arguments)
    {
        Value?[] bound = arguments.Bind("map", 0, "attribute", "default");
        var path = AttributePath.Of(bound[0]);
        return item => path.Get(item, bound[1]);
    }

    private static Func<Value, Value> ByFilter(Arguments arguments)
    {
        if (arguments.Positional.Count == 0)
            throw JinjaException.Runtime("map requires a filter argument");
        string name = Texts.Of(arguments.Positional[0]);
        var rest = new Arguments([.. arguments.Positional.Skip(1)], arguments.Named);
        return item => FilterTable.Apply(name, item, rest);
    }

    private static IteratorValue Choose(Value input, Arguments arguments, bool byAttribute, bool takes)
    {
        int before = byAttribute ? 1 : 0;
        if (arguments.Positional.Count < before)
            throw JinjaException.Runtime("Missing parameter for attribute name");
        var path = AttributePath.Of(byAttribute ? arguments.Positional[0] : null);
        string? test = arguments.Positional.Count > before ? Texts.Of(arguments.Positional[before]) : null;
        var rest = new Arguments([.. arguments.Positional.Skip(before + 1)], arguments.Named);
        return new(Taken(input).Where(item =>
        {
            RenderingBudget.Current.Step();
            Value value = path.Get(item);
            return (test is null ? value.IsTrue : TestTable.Holds(test, value, rest)) == takes;
        }));
    }
}
