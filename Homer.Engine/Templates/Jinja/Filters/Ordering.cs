using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Sorts as Python does: equal items keep their order, and values without an order are refused.</summary>
internal static class Ordering
{
    /// <summary>Returns items in the order of their keys.</summary>
    public static List<T> Sorted<T>(IReadOnlyList<T> items, Func<T, Value> key, bool isReversed = false)
    {
        List<(T Item, Value Key)> keyed = [.. items.Select(item => (item, key(item)))];
        if (isReversed)
            keyed.Reverse();
        try
        {
            keyed = [.. keyed.OrderBy(one => one.Key, Comparer<Value>.Create((a, b) => Operators.Compare(a, b) ?? 0))];
        }
        catch (InvalidOperationException error) when (error.InnerException is JinjaException inner)
        {
            throw inner;
        }

        if (isReversed)
            keyed.Reverse();
        return [.. keyed.Select(one => one.Item)];
    }

    /// <summary>Returns a text in small letters, anything else as it is: what is compared unless case counts.</summary>
    public static Value WithoutCase(Value value) => value is TextValue text ? text.Made(PythonCase.Lower(text.Text)) : value;
}
