using System.Numerics;
using Homer.Engine.Templates.Jinja.Filters;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Tests;

/// <summary>The tests of <c>is</c>, by name.</summary>
internal static class TestTable
{
    private static readonly Dictionary<string, Func<Value, bool>> Plain = new()
    {
        ["defined"] = value => value is not UndefinedValue,
        ["undefined"] = value => value is UndefinedValue,
        ["none"] = value => value is NoneValue,
        ["boolean"] = value => value is BooleanValue,
        ["true"] = value => value is BooleanValue && value.IsTrue,
        ["false"] = value => value is BooleanValue && !value.IsTrue,
        ["integer"] = value => value is IntegerValue and not BooleanValue,
        ["float"] = value => value is FloatValue,
        ["number"] = value => value is IntegerValue or FloatValue,
        ["string"] = value => value is TextValue,
        ["mapping"] = value => value is DictValue,
        ["iterable"] = value => value.IsIterable,
        ["sequence"] = value => value is TextValue or SequenceValue or DictValue or RangeValue or UndefinedValue,
        ["callable"] = value => value.IsCallable,
        ["escaped"] = _ => false,
        ["lower"] = value => IsCased(value, "islower"),
        ["upper"] = value => IsCased(value, "isupper"),
        ["odd"] = value => !Rest(value, new IntegerValue(2)).Equals(new IntegerValue(0)),
        ["even"] = value => Rest(value, new IntegerValue(2)).Equals(new IntegerValue(0)),
        ["filter"] = value => value is TextValue name && FilterTable.Has(name.Text),
        ["test"] = value => value is TextValue name && Has(name.Text),
    };

    private static readonly Dictionary<string, Func<Value, Value, bool>> WithArgument = new()
    {
        ["eq"] = (a, b) => a.Equals(b),
        ["ne"] = (a, b) => !a.Equals(b),
        ["lt"] = (a, b) => Comparisons.Holds("<", a, b),
        ["le"] = (a, b) => Comparisons.Holds("<=", a, b),
        ["gt"] = (a, b) => Comparisons.Holds(">", a, b),
        ["ge"] = (a, b) => Comparisons.Holds(">=", a, b),
        ["in"] = (a, b) => b.Contains(a),
        ["sameas"] = IsSame,
        ["divisibleby"] = (a, b) => Rest(a, b).Equals(new IntegerValue(0)),
    };

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["equalto"] = "eq",
        ["=="] = "eq",
        ["!="] = "ne",
        ["lessthan"] = "lt",
        ["<"] = "lt",
        ["<="] = "le",
        ["greaterthan"] = "gt",
        [">"] = "gt",
        [">="] = "ge",
    };

    /// <summary>Returns whether there is a test of a name.</summary>
    public static bool Has(string name) => Plain.ContainsKey(name) || WithArgument.ContainsKey(name) || Aliases.ContainsKey(name);

    /// <summary>Returns whether a test holds.</summary>
    /// <exception cref="JinjaException">There is none of that name, or it refuses the value.</exception>
    public static bool Holds(string name, Value value, Arguments arguments)
    {
        name = Aliases.GetValueOrDefault(name, name);
        if (Plain.TryGetValue(name, out Func<Value, bool>? plain))
        {
            arguments.Bind(name, 0);
            return plain(value);
        }

        return WithArgument.TryGetValue(name, out Func<Value, Value, bool>? compare)
            ? compare(value, arguments.Bind(name, 1, "other")[0]!)
            : throw JinjaException.Runtime($"No test named '{name}'.");
    }

    private static bool IsCased(Value value, string predicate) => TextPredicates.Find(predicate)!(value.ToText().Text);

    // Without the formatting that a text would do.
    private static Value Rest(Value value, Value by) => value is TextValue
        ? throw JinjaException.Runtime("not all arguments converted during string formatting")
        : Operators.Modulo(value, by);

    // Python has each small integer, each short string of a template and each constant only once.
    private static bool IsSame(Value a, Value b) => ReferenceEquals(a, b)
        || (a.GetType() == b.GetType() && a switch
        {
            IntegerValue number => number.Number == ((IntegerValue)b).Number && BigInteger.Abs(number.Number) <= 256,
            TextValue text => text.Text.Length <= 1 && text.Equals(b),
            _ => false,
        });
}
