using System.Numerics;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Globals;

/// <summary>The names that a template finds: its input, and the functions of the environment.</summary>
internal sealed class RenderingGlobals(IReadOnlyDictionary<string, Value> variables, DateTime now)
{
    private static readonly Dictionary<string, Value> Functions = new()
    {
        ["range"] = new FunctionValue("range", Range),
        ["dict"] = new FunctionValue("dict", Dict),
        ["namespace"] = new FunctionValue("namespace", arguments => new NamespaceValue(
            Dict(arguments).Members.Select(member => (Texts.Of(member.Key), member.Value)))),
        ["cycler"] = new FunctionValue("cycler", arguments => new CyclerValue(arguments.Positional)),
        ["joiner"] = new FunctionValue("joiner", arguments =>
            new JoinerValue(arguments.Bind("joiner", 0, "sep")[0] ?? new TextValue(", "))),
        ["raise_exception"] = new FunctionValue("raise_exception", arguments =>
            throw new JinjaException(JinjaFault.Raised, arguments.Bind("raise_exception", 1, "message")[0]!.ToText().Text)),
        ["lipsum"] = new FunctionValue("lipsum", _ =>
            throw JinjaException.Runtime("lipsum makes random text, which no prompt should have")),
    };

    private readonly FunctionValue clock = new("strftime_now", arguments =>
        new TextValue(TimeFormat.Format(now, Texts.Of(arguments.Bind("strftime_now", 1, "format")[0]!))));

    /// <summary>Returns what a name stands for; null where it is unknown.</summary>
    public Value? Find(string name) => variables.TryGetValue(name, out Value? value) ? value
        : name == "strftime_now" ? clock
        : Functions.GetValueOrDefault(name);

    private static RangeValue Range(Arguments arguments)
    {
        BigInteger[] numbers = [.. arguments.Positional.Select(Numbers.Whole)];
        return numbers.Length switch
        {
            1 => new(0, numbers[0], 1),
            2 => new(numbers[0], numbers[1], 1),
            3 => new(numbers[0], numbers[1], numbers[2]),
            _ => throw JinjaException.Runtime($"range expected 1 to 3 arguments, got {numbers.Length}"),
        };
    }

    private static DictValue Dict(Arguments arguments)
    {
        if (arguments.Positional.Count > 1)
            throw JinjaException.Runtime($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        IEnumerable<KeyValuePair<Value, Value>> given = (arguments.Positional is [var first] ? first : null) switch
        {
            null => [],
            DictValue members => members.Members.Select(member => KeyValuePair.Create(member.Key, member.Value)),
            Value pairs => pairs.Items().Select(pair => pair.Items().Take(3).ToArray() is [var key, var value]
                ? KeyValuePair.Create(key, value)
                : throw JinjaException.Runtime("a dictionary is made of pairs")),
        };
        IEnumerable<KeyValuePair<Value, Value>> named =
            arguments.Named.Select(one => KeyValuePair.Create<Value, Value>(new TextValue(one.Key), one.Value));
        return new([.. given, .. named]);
    }
}
