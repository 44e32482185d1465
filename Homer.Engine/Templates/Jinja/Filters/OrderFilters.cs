using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters that compare items with each other.</summary>
internal static class OrderFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["sort"] = Sort,
        ["dictsort"] = DictSort,
        ["unique"] = Unique,
        ["groupby"] = GroupBy,
        ["min"] = (input, arguments) => Extreme(input, arguments, "min", -1),
        ["max"] = (input, arguments) => Extreme(input, arguments, "max", 1),
    };

    private static ListValue Sort(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        AttributePath[] paths = AttributePath.Several(bound[2]);
        bool hasCase = bound[1]?.IsTrue == true;
        return new(Ordering.Sorted(input.Items().Counted(), Key, bound[0]?.IsTrue == true));

        Value Key(Value item) => paths.Length == 1
            ? Cased(paths[0].Get(item), hasCase)
            : new ListValue([.. paths.Select(path => Cased(path.Get(item), hasCase))]);
    }

    private static ListValue DictSort(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        string by = bound[1] is null ? "key" : Texts.Of(bound[1]!);
        if (by is not ("key" or "value"))
            throw JinjaException.Runtime("You can only sort by either \"key\" or \"value\"");
        if (input is not DictValue members)
            throw JinjaException.Runtime($"'{input.TypeName}' object has no attribute 'items'");
        bool hasCase = bound[0]?.IsTrue == true;
        List<(Value Key, Value Value)> sorted = Ordering.Sorted<(Value Key, Value Value)>(
            [.. members.Members], member => Cased(by == "key" ? member.Key : member.Value, hasCase), bound[2]?.IsTrue == true);
        return new([.. sorted.Select(member => new TupleValue([member.Key, member.Value]))]);
    }

    private static IteratorValue Unique(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        var path = AttributePath.Of(bound[1]);
        bool hasCase = bound[0]?.IsTrue == true;
        return new(input.Items().Counted().DistinctBy(item => Cased(path.Get(item), hasCase)));
    }

    private static ListValue GroupBy(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        var path = AttributePath.Of(bound[0]);
        bool hasCase = bound[2]?.IsTrue == true;
        List<Value> sorted = Ordering.Sorted(input.Items().Counted(), Compared);
        var groups = new List<(Value Key, List<Value> Items)>();
        foreach (Value item in sorted)
        {
            if (groups.Count == 0 || !Compared(groups[^1].Items[0]).Equals(Compared(item)))
                groups.Add((Key(item), []));
            groups[^1].Items.Add(item);
        }

        return new([.. groups.Select(group =>
            new TupleValue([group.Key, new ListValue(group.Items)]) { Names = ["grouper", "list"] })]);

        Value Compared(Value item) => Cased(Key(item), hasCase);

        Value Key(Value item)
        {
            Value key = path.Get(item);
            return key is UndefinedValue ? bound[1] ?? key : key;
        }
    }

    private static Value Extreme(Value input, Arguments arguments, string name, int sign)
    {
        Value?[] bound = arguments.Bind(name, 0, "case_sensitive", "attribute");
        var path = AttributePath.Of(bound[1]);
        bool hasCase = bound[0]?.IsTrue == true;
        Value? best = null;
        foreach (Value item in input.Items().Counted())
        {
            if (best is null || Operators.Compare(Key(item), Key(best)) * sign > 0)
                best = item;
        }

        return best ?? new UndefinedValue("No aggregated item, sequence was empty.");

        Value Key(Value item) => Cased(path.Get(item), hasCase);
    }

    private static Value Cased(Value value, bool hasCase) => hasCase ? value : Ordering.WithoutCase(value);
}
