using System.Globalization;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Python's <c>str.format</c>, as the sandbox allows it: attributes that it hides give nothing.</summary>
internal static class BraceFormat
{
    private const int MostNested = 2;

    /// <summary>Puts the arguments of a call into a text.</summary>
    public static TextValue Format(TextValue format, Arguments arguments)
    {
        int next = 0;
        return Format(format, name => Argument(arguments, name, ref next), MostNested);
    }

    /// <summary>Puts the members of a dictionary into a text.</summary>
    public static TextValue FormatMap(TextValue format, Value members) => Format(
        format, name => members.Item(new TextValue(name)) ?? throw JinjaException.Runtime($"KeyError: '{name}'"), MostNested);

    private static TextValue Format(TextValue format, Func<string, Value> argument, int nested)
    {
        if (nested == 0)
            throw JinjaException.Runtime("Max string recursion exceeded");
        var result = new TextBuilder();
        string s = format.Text;
        for (int at = 0; at < s.Length;)
        {
            int brace = s.AsSpan(at).IndexOfAny('{', '}');
            int end = brace < 0 ? s.Length : at + brace;
            result.Append(format, at, end - at);
            if (end == s.Length)
                break;
            if (end + 1 < s.Length && s[end + 1] == s[end])
            {
                result.Append(format, end, 1);
                at = end + 2;
                continue;
            }

            if (s[end] == '}')
                throw JinjaException.Runtime("Single '}' encountered in format string");
            int close = Close(s, end);
            Field(result, format, new(end + 1, close), argument, nested);
            at = close + 1;
        }

        return result.ToValue();
    }

    private static int Close(string s, int open)
    {
        int depth = 0;
        for (int at = open; at < s.Length; at++)
        {
            depth += s[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }

        throw JinjaException.Runtime("expected '}' before end of string");
    }

    private static void Field(TextBuilder to, TextValue format, TextSpan span, Func<string, Value> argument, int nested)
    {
        string field = format.Text[span.Start..span.End];
        int mark = field.AsSpan().IndexOfAny('!', ':');
        string name = mark < 0 ? field : field[..mark];
        int colon = field.IndexOf(':', Math.Max(mark, 0));
        Value value = Lookup(name, argument);
        if (mark >= 0 && field[mark] == '!')
            value = Converted(value, mark + 1 < field.Length ? field[mark + 1] : ' ');
        string spec = "";
        if (colon >= 0)
        {
            TextValue written = format.Piece(span.Start + colon + 1, span.End - span.Start - colon - 1);
            spec = written.Text.Contains('{') ? Format(written, argument, nested - 1).Text : written.Text;
        }

        FormatSpec.Write(to, value, spec);
    }

    private static Value Lookup(string name, Func<string, Value> argument)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        Value value = argument(end < 0 ? name : name[..end]);
        for (int at = end; at >= 0 && at < name.Length;)
        {
            bool isAttribute = name[at] == '.';
            int start = at + 1;
            int stop = isAttribute ? name.AsSpan(start).IndexOfAny('.', '[') : name.AsSpan(start).IndexOf(']');
            if (stop < 0 && !isAttribute)
                throw JinjaException.Runtime("Missing ']' in format string");
            string part = stop < 0 ? name[start..] : name.Substring(start, stop);
            value = isAttribute ? Sandbox.Attribute(value, part) : Sandbox.Item(value, Key(part));
            at = stop < 0 ? name.Length : start + stop + (isAttribute ? 0 : 1);
        }

        return value;
    }

    private static Value Key(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? new IntegerValue(index) : new TextValue(part);

    private static TextValue Converted(Value value, char conversion)
    {
        if (conversion == 's')
            return value.ToText();
        if (conversion is not ('r' or 'a'))
            throw JinjaException.Runtime($"Unknown conversion specifier '{conversion}'");
        var repr = new TextBuilder();
        value.WriteRepr(repr);
        return repr.ToValue();
    }

    private static Value Argument(Arguments arguments, string name, ref int next)
    {
        if (name.Length == 0 || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            int at = name.Length == 0 ? next++ : int.Parse(name, CultureInfo.InvariantCulture);
            return at < arguments.Positional.Count
                ? arguments.Positional[at]
                : throw JinjaException.Runtime($"Replacement index {at} out of range for positional args tuple");
        }

        return arguments.Named.Where(named => named.Key == name).Select(named => named.Value).FirstOrDefault()
            ?? throw JinjaException.Runtime($"KeyError: '{name}'");
    }
}
