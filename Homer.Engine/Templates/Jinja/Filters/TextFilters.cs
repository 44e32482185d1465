using System.Text.RegularExpressions;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters that change the characters of a text.</summary>
internal static partial class TextFilters
{
    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["upper"] = (input, _) => Changed(input, PythonCase.Upper),
        ["lower"] = (input, _) => Changed(input, PythonCase.Lower),
        ["capitalize"] = (input, _) => Changed(input, PythonCase.Capitalize),
        ["title"] = (input, _) => Changed(input, text => string.Concat(WordStarts().Split(text).Select(PythonCase.Capitalize))),
        ["trim"] = (input, arguments) => TextMethods.Strip(input.ToText(), arguments.Bind("trim", 0, "chars")[0]),
        ["replace"] = Replace,
        ["string"] = (input, _) => input.ToText(),
        ["safe"] = (input, _) => input.ToText(),
        ["format"] = Format,
        ["wordcount"] = (input, _) => new IntegerValue(Word().Count(input.ToText().Text)),
        ["truncate"] = Truncate,
        ["pprint"] = (input, _) => Repr(input),
    };

    private static TextValue Changed(Value input, Func<string, string> change)
    {
        TextValue text = input.ToText();
        RenderingBudget.Current.Step(text.Text.Length);
        return text.Made(change(text.Text));
    }

    private static TextValue Replace(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("replace", 2, "old", "new", "count");
        int most = bound[2] is null or NoneValue ? -1 : Numbers.Integer(bound[2]!);
        return TextMethods.Replace(input.ToText(), bound[0]!.ToText(), bound[1]!.ToText(), most);
    }

    private static TextValue Format(Value input, Arguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
            throw JinjaException.Runtime("can't handle positional and keyword arguments at the same time");
        Value values = arguments.Named.Count > 0
            ? new DictValue(arguments.Named.Select(one => KeyValuePair.Create<Value, Value>(new TextValue(one.Key), one.Value)))
            : new TupleValue(arguments.Positional);
        return PercentFormat.Format(input.ToText(), values);
    }

    private static TextValue Truncate(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        TextValue text = Texts.Value(input), end = bound[2] is null ? new("...") : Texts.Value(bound[2]!);
        int length = bound[0] is null ? 255 : Numbers.Integer(bound[0]!);
        int leeway = bound[3] is null or NoneValue ? 5 : Numbers.Integer(bound[3]!);
        if (length < end.Length || leeway < 0)
            throw JinjaException.Runtime($"expected length >= {end.Length} and leeway >= 0");
        if (text.Length <= (long)length + leeway)
            return text;
        TextValue kept = text.Points(0, length - end.Length!.Value);
        int space = kept.Text.LastIndexOf(' ');
        if (bound[1]?.IsTrue != true && space >= 0)
            kept = kept.Piece(0, space);
        return new TextBuilder().Append(kept).Append(end).ToValue();
    }

    private static TextValue Repr(Value input)
    {
        var repr = new TextBuilder();
        input.WriteRepr(repr);
        return repr.ToValue();
    }

    [GeneratedRegex(@"([-\s({\[<]+)", RegexOptions.CultureInvariant)]
    private static partial Regex WordStarts();

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
