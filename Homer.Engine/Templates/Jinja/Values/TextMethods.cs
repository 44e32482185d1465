using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The methods of Python's strings.</summary>
internal static class TextMethods
{
    private delegate Value Method(TextValue text, Arguments arguments);

    private static readonly Dictionary<string, Method> Methods = new()
    {
        ["upper"] = (text, _) => text.Made(PythonCase.Upper(text.Text)),
        ["lower"] = (text, _) => text.Made(PythonCase.Lower(text.Text)),
        ["casefold"] = (text, _) => text.Made(PythonCase.Lower(PythonCase.Upper(text.Text))),
        ["capitalize"] = (text, _) => text.Made(PythonCase.Capitalize(text.Text)),
        ["title"] = (text, _) => text.Made(PythonCase.Title(text.Text)),
        ["swapcase"] = (text, _) => text.Made(PythonCase.Swap(text.Text)),
        ["strip"] = (text, arguments) => Strip(text, arguments, "strip", left: true, right: true),
        ["lstrip"] = (text, arguments) => Strip(text, arguments, "lstrip", left: true, right: false),
        ["rstrip"] = (text, arguments) => Strip(text, arguments, "rstrip", left: false, right: true),
        ["split"] = (text, arguments) => TextSplitting.Split(text, arguments, fromRight: false),
        ["rsplit"] = (text, arguments) => TextSplitting.Split(text, arguments, fromRight: true),
        ["splitlines"] = TextSplitting.SplitLines,
        ["partition"] = (text, arguments) => TextSplitting.Partition(text, arguments, fromRight: false),
        ["rpartition"] = (text, arguments) => TextSplitting.Partition(text, arguments, fromRight: true),
        ["startswith"] = (text, arguments) => Affix(text, arguments, "startswith", (piece, affix) => piece.StartsWith(affix)),
        ["endswith"] = (text, arguments) => Affix(text, arguments, "endswith", (piece, affix) => piece.EndsWith(affix)),
        ["removeprefix"] = (text, arguments) => Required(arguments, "removeprefix") is var prefix
            && text.Text.StartsWith(prefix, StringComparison.Ordinal) ? text.Piece(prefix.Length, text.Text.Length - prefix.Length) : text,
        ["removesuffix"] = (text, arguments) => Required(arguments, "removesuffix") is { Length: > 0 } suffix
            && text.Text.EndsWith(suffix, StringComparison.Ordinal) ? text.Piece(0, text.Text.Length - suffix.Length) : text,
        ["replace"] = (text, arguments) => Replace(text, arguments),
        ["join"] = (text, arguments) => Join(text, arguments),
        ["find"] = (text, arguments) => new IntegerValue(Find(text, arguments, "find", last: false)),
        ["rfind"] = (text, arguments) => new IntegerValue(Find(text, arguments, "rfind", last: true)),
        ["index"] = (text, arguments) => Found(Find(text, arguments, "index", last: false)),
        ["rindex"] = (text, arguments) => Found(Find(text, arguments, "rindex", last: true)),
        ["count"] = Count,
        ["center"] = (text, arguments) => Pad(text, arguments, "center"),
        ["ljust"] = (text, arguments) => Pad(text, arguments, "ljust"),
        ["rjust"] = (text, arguments) => Pad(text, arguments, "rjust"),
        ["zfill"] = (text, arguments) => TextPadding.ZeroFill(text, Numbers.Integer(arguments.Bind("zfill", 1, "width")[0]!)),
        ["expandtabs"] = ExpandTabs,
        ["format"] = BraceFormat.Format,
        ["format_map"] = (text, arguments) => BraceFormat.FormatMap(text, arguments.Bind("format_map", 1, "mapping")[0]!),
    };

    /// <summary>Returns a method of a string; null where Python has none of that name.</summary>
    public static Value? Find(TextValue text, string name)
    {
        if (Methods.TryGetValue(name, out Method? method))
            return new FunctionValue(name, arguments => method(text, arguments));
        return TextPredicates.Find(name) is { } holds
            ? new FunctionValue(name, _ => BooleanValue.Of(holds(text.Text)))
            : null;
    }

    /// <summary>Removes white space, or the given characters, from the ends.</summary>
    public static TextValue Strip(TextValue text, Value? characters, bool left = true, bool right = true)
    {
        string s = text.Text;
        string? set = characters is null or NoneValue ? null : Texts.Of(characters);
        int start = 0, end = s.Length;
        while (left && start < end && IsStripped(s[start]))
            start++;
        while (right && end > start && IsStripped(s[end - 1]))
            end--;
        return text.Piece(start, end - start);

        bool IsStripped(char c) => set is null ? CodePoints.IsSpace(c) : set.Contains(c);
    }

    /// <summary>Replaces a text by another, all over or the first few times.</summary>
    public static TextValue Replace(TextValue text, TextValue old, TextValue with, int most = -1)
    {
        var replaced = new TextBuilder();
        IEnumerable<int> places = old.Text.Length > 0
            ? TextSearch.All(text.Text, old.Text)
            : CodePoints.Each(text.Text).Select(point => point.Start).Append(text.Text.Length);
        int done = 0;
        foreach (int at in most < 0 ? places : places.Take(most))
        {
            RenderingBudget.Current.Step();
            replaced.Append(text, done, at - done).Append(with);
            done = at + old.Text.Length;
        }

        return done == 0 && replaced.Length == 0 ? text : replaced.Append(text, done, text.Text.Length - done).ToValue();
    }

    private static TextValue Strip(TextValue text, Arguments arguments, string name, bool left, bool right) =>
        Strip(text, arguments.Bind(name, 0, "chars")[0], left, right);

    private static string Required(Arguments arguments, string name) => Texts.Of(arguments.Bind(name, 1, "text")[0]!);

    private static TextValue Replace(TextValue text, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("replace", 2, "old", "new", "count");
        return Replace(
            text, Texts.Value(bound[0]!), Texts.Value(bound[1]!), bound[2] is { } count ? Numbers.Integer(count) : -1);
    }

    private static TextValue Join(TextValue text, Arguments arguments)
    {
        var joined = new TextBuilder();
        bool first = true;
        foreach (Value item in arguments.Bind("join", 1, "iterable")[0]!.Items())
        {
            RenderingBudget.Current.Step();
            if (!first)
                joined.Append(text);
            first = false;
            joined.Append(item as TextValue
                ?? throw JinjaException.Runtime($"sequence item: expected str instance, {item.TypeName} found"));
        }

        return joined.ToValue();
    }

    private static BooleanValue Affix(TextValue text, Arguments arguments, string name, Func<string, string, bool> holds)
    {
        Value?[] bound = arguments.Bind(name, 1, "affix", "start", "end");
        (int start, int end) = Bounds(text, bound);
        string piece = start <= end ? text.Points(start, end).Text : "";
        IEnumerable<Value> affixes = bound[0] is TupleValue several ? several.List : [bound[0]!];
        return BooleanValue.Of(start <= end && affixes.Any(affix => holds(piece, Texts.Of(affix))));
    }

    private static int Find(TextValue text, Arguments arguments, string name, bool last)
    {
        Value?[] bound = arguments.Bind(name, 1, "sub", "start", "end");
        (int start, int end) = Bounds(text, bound);
        if (start > end)
            return -1;
        int from = text.ToUnits(start);
        string piece = text.Points(start, end).Text, needle = Texts.Of(bound[0]!);
        int at = last ? TextSearch.FindLast(piece, needle, piece.Length) : TextSearch.Find(piece, needle, 0);
        return at < 0 ? -1 : text.ToPoints(from + at);
    }

    private static IntegerValue Found(int at) => at >= 0 ? new(at) : throw JinjaException.Runtime("substring not found");

    private static IntegerValue Count(TextValue text, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("count", 1, "sub", "start", "end");
        (int start, int end) = Bounds(text, bound);
        string needle = Texts.Of(bound[0]!);
        if (start > end)
            return new(0);
        TextValue piece = text.Points(start, end);
        return new(needle.Length == 0 ? piece.Length!.Value + 1 : TextSearch.All(piece.Text, needle).Count());
    }

    private static TextValue Pad(TextValue text, Arguments arguments, string name)
    {
        Value?[] bound = arguments.Bind(name, 1, "width", "fillchar");
        TextValue? fill = bound[1] is null ? null : Texts.Value(bound[1]!);
        if (fill is not null && fill.Length != 1)
            throw JinjaException.Runtime("The fill character must be exactly one character long");
        return TextPadding.Pad(text, Numbers.Integer(bound[0]!), name, fill);
    }

    private static TextValue ExpandTabs(TextValue text, Arguments arguments)
    {
        int size = arguments.Bind("expandtabs", 0, "tabsize")[0] is { } given ? Numbers.Integer(given) : 8;
        var expanded = new TextBuilder();
        int column = 0;
        foreach ((int start, int length) in CodePoints.Each(text.Text))
        {
            RenderingBudget.Current.Step();
            char c = text.Text[start];
            if (c == '\t')
            {
                int count = size > 0 ? size - column % size : 0;
                expanded.Append(' ', count);
                column += count;
                continue;
            }

            expanded.Append(text, start, length);
            column = c is '\n' or '\r' ? 0 : column + 1;
        }

        return expanded.ToValue();
    }

    // The bounds that the second and third argument set, in code points.
    private static (int Start, int End) Bounds(TextValue text, Value?[] bound)
    {
        int length = text.Length!.Value;
        return (At(bound[1], 0), Math.Min(At(bound[2], length), length));

        int At(Value? given, int otherwise)
        {
            if (given is null or NoneValue)
                return otherwise;
            int at = Numbers.Integer(given);
            return at < 0 ? Math.Max(0, at + length) : at;
        }
    }
}
