using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>The filters by name: all of Jinja's but <c>random</c> and <c>urlize</c>.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, Filter> Filters = new IEnumerable<KeyValuePair<string, Filter>>[]
    {
        TextFilters.All, LayoutFilters.All, WebFilters.All, NumberFilters.All, ItemFilters.All, OrderFilters.All, ChoiceFilters.All,
        ObjectFilters.All,
    }.SelectMany(filters => filters).ToDictionary();

    /// <summary>Returns whether there is a filter of a name.</summary>
    public static bool Has(string name) => Filters.ContainsKey(name);

    /// <summary>Applies a filter.</summary>
    /// <exception cref="JinjaException">There is none of that name, or it refuses its input.</exception>
    public static Value Apply(string name, Value input, Arguments arguments) => Filters.TryGetValue(name, out Filter? filter)
        ? filter(input, arguments)
        : throw JinjaException.Runtime($"No filter named '{name}'.");
}
