using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters on the items of a value.</summary>
internal static class ItemFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["length"] = (input, _) => Length(input),
        ["count"] = (input, _) => Length(input),
        ["list"] = (input, _) => ListValue.Of(input.Items()),
        ["first"] = (input, _) => input.Items().FirstOrDefault() ?? new UndefinedValue("No first item, sequence was empty."),
        ["last"] = (input, _) => Last(input),
        ["join"] = Join,
        ["reverse"] = (input, _) => Reverse(input),
        ["sum"] = Sum,
        ["batch"] = Batch,
        ["slice"] = Slice,
    };

    private static IntegerValue Length(Value input) => input.Length is { } length
        ? new(length)
        : throw JinjaException.Runtime($"object of type '{input.TypeName}' has no len()");

    private static Value Last(Value input)
    {
        if (input is IteratorValue || !input.IsIterable)
            throw JinjaException.Runtime($"'{input.TypeName}' object is not reversible");
        if (input is TextValue { Length: > 0 } text)
            return text.Points(text.Length!.Value - 1, text.Length!.Value);
        return input.Items().LastOrDefault() ?? new UndefinedValue("No last item, sequence was empty.");
    }

    private static TextValue Join(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("join", 0, "d", "attribute");
        var path = AttributePath.Of(bound[1]);
        TextValue separator = bound[0]?.ToText() ?? TextValue.Empty;
        var joined = new TextBuilder();
        bool isFirst = true;
        foreach (Value item in input.Items())
        {
            RenderingBudget.Current.Step();
            if (!isFirst)
                joined.Append(separator);
            isFirst = false;
            path.Get(item).Write(joined);
        }

        return joined.ToValue();
    }

    private static Value Reverse(Value input)
    {
        if (input is TextValue text)
            return new SliceValue(NoneValue.Instance, NoneValue.Instance, new IntegerValue(-1)).Of(text);
        List<Value> items = input.Items().Counted();
        items.Reverse();
        return new IteratorValue(items);
    }

    private static Value Sum(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("sum", 0, "attribute", "start");
        var path = AttributePath.Of(bound[0]);
        Value sum = bound[1] ?? new IntegerValue(0);
        if (sum is TextValue)
            throw JinjaException.Runtime("sum() can't sum strings [use ''.join(seq) instead]");
        return input.Items().Counted().Aggregate(sum, (total, item) => Operators.Add(total, path.Get(item)));
    }

    private static IteratorValue Batch(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("batch", 1, "linecount", "fill_with");
        int size = Numbers.Integer(bound[0]!);
        if (size < 1)
            throw JinjaException.Runtime("batches have at least one item");
        return new(input.Items().Counted().Chunk(size).Select(batch => new ListValue(
            bound[1] is null or NoneValue ? batch : [.. batch, .. Filling(bound[1]!, size - batch.Length)])));
    }

    private static IteratorValue Slice(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("slice", 1, "slices", "fill_with");
        int slices = Numbers.Integer(bound[0]!);
        if (slices < 1)
            throw JinjaException.Runtime("there is at least one slice");
        RenderingBudget.Current.Step(slices);
        List<Value> items = input.Items().Counted();
        int size = items.Count / slices, longer = items.Count % slices;
        return new(Enumerable.Range(0, slices).Select(i =>
        {
            int start = i * size + Math.Min(i, longer);
            List<Value> slice = items.GetRange(start, size + (i < longer ? 1 : 0));
            if (bound[1] is not (null or NoneValue) && i >= longer)
                slice.Add(bound[1]!);
            return (Value)new ListValue(slice);
        }));
    }

    private static IEnumerable<Value> Filling(Value value, int count)
    {
        RenderingBudget.Current.TakeCharacters(count);
        return Enumerable.Repeat(value, count);
    }
}
