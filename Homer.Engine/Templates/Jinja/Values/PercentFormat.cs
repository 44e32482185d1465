using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Python's formatting with <c>%</c>.</summary>
internal static class PercentFormat
{
    private sealed record Conversion(string Flags, int Width, int? Precision, char Type);

    /// <summary>Puts a value, the values of a tuple, or the members of a dictionary into a text.</summary>
    public static TextValue Format(TextValue format, Value value)
    {
        var result = new TextBuilder();
        string s = format.Text;
        Queue<Value> values = new(value is TupleValue tuple ? tuple.List : [value]);
        bool takesMembers = false;
        for (int at = 0; at < s.Length;)
        {
            int percent = s.IndexOf('%', at);
            if (percent < 0)
                percent = s.Length;
            result.Append(format, at, percent - at);
            at = percent;
            if (at == s.Length)
                break;
            at++;
            string? key = Key(s, ref at);
            Conversion conversion = Read(s, ref at, values);
            if (conversion.Type == '%')
            {
                result.Append('%');
                continue;
            }

            takesMembers |= key is not null;
            Write(result, conversion, key is null ? Next(values) : Member(value, key));
        }

        if (!takesMembers && values.Count > 0 && value is not (DictValue or ListValue { Length: 0 }))
            throw JinjaException.Runtime("not all arguments converted during string formatting");
        return result.ToValue();
    }

    private static string? Key(string s, ref int at)
    {
        if (at >= s.Length || s[at] != '(')
            return null;
        int end = s.IndexOf(')', at);
        if (end < 0)
            throw JinjaException.Runtime("incomplete format key");
        string key = s[(at + 1)..end];
        at = end + 1;
        return key;
    }

    private static Conversion Read(string s, ref int at, Queue<Value> values)
    {
        int start = at;
        while (at < s.Length && "#0- +".Contains(s[at]))
            at++;
        string flags = s[start..at];
        int width = Number(s, ref at, values) ?? 0;
        if (width < 0)
            (flags, width) = (flags + "-", -width);
        int? precision = null;
        if (at < s.Length && s[at] == '.')
        {
            at++;
            precision = Math.Max(0, Number(s, ref at, values) ?? 0);
        }

        while (at < s.Length && s[at] is 'h' or 'l' or 'L')
            at++;
        return at < s.Length
            ? new(flags, width, precision, s[at++])
            : throw JinjaException.Runtime("incomplete format");
    }

    private static int? Number(string s, ref int at, Queue<Value> values)
    {
        if (at < s.Length && s[at] == '*')
        {
            at++;
            return Numbers.Integer(Next(values));
        }

        int start = at;
        while (at < s.Length && char.IsAsciiDigit(s[at]))
            at++;
        return at == start ? null : int.TryParse(s.AsSpan(start, at - start), out int number)
            ? number
            : throw JinjaException.Runtime("width too big");
    }

    private static Value Next(Queue<Value> values) => values.TryDequeue(out Value? value)
        ? value
        : throw JinjaException.Runtime("not enough arguments for format string");

    private static Value Member(Value value, string key) => value is DictValue members
        ? members.Item(new TextValue(key)) ?? throw JinjaException.Runtime($"KeyError: '{key}'")
        : throw JinjaException.Runtime("format requires a mapping");

    private static void Write(TextBuilder to, Conversion conversion, Value value)
    {
        if (conversion.Type is 's' or 'r' or 'a' or 'c')
        {
            TextValue text = AsText(conversion.Type, value);
            if (conversion.Precision is { } most && conversion.Type != 'c' && most < text.Length)
                text = text.Points(0, most);
            to.Append(TextPadding.Pad(text, conversion.Width, conversion.Flags.Contains('-') ? "ljust" : "rjust"));
            return;
        }

        (bool isNegative, string digits) = AsNumber(conversion, value);
        string sign = isNegative ? "-" : conversion.Flags.Contains('+') ? "+" : conversion.Flags.Contains(' ') ? " " : "";
        if (conversion.Flags.Contains('#') && conversion.Type is 'x' or 'X' or 'o')
            sign += "0" + conversion.Type;
        int missing = conversion.Width - sign.Length - digits.Length;
        if (conversion.Flags.Contains('-'))
            to.Append(sign).Append(digits).Append(' ', missing);
        else if (conversion.Flags.Contains('0'))
            to.Append(sign).Append('0', missing).Append(digits);
        else
            to.Append(' ', missing).Append(sign).Append(digits);
    }

    private static TextValue AsText(char type, Value value)
    {
        if (type == 's')
            return value.ToText();
        if (type == 'c')
            return value is IntegerValue code ? new(char.ConvertFromUtf32(Numbers.Integer(code))) : Texts.Value(value);
        var repr = new TextBuilder();
        value.WriteRepr(repr);
        return repr.ToValue();
    }

    private static (bool IsNegative, string Digits) AsNumber(Conversion conversion, Value value)
    {
        switch (conversion.Type)
        {
            case 'd' or 'i' or 'u':
                BigInteger whole = value is FloatValue real ? Numbers.Truncated(real.Number)
                    : value is IntegerValue number ? number.Number
                    : throw JinjaException.Runtime($"%{conversion.Type} format: a real number is required, not {value.TypeName}");
                return (whole.Sign < 0, Padded(NumberFormat.Digits(whole, 'd')));
            case 'x' or 'X' or 'o':
                BigInteger based = value is IntegerValue integer ? integer.Number
                    : throw JinjaException.Runtime($"%{conversion.Type} format: an integer is required, not {value.TypeName}");
                return (based.Sign < 0, Padded(NumberFormat.Digits(based, conversion.Type)));
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                double size = Numbers.Real(value);
                bool keepsZeros = conversion.Flags.Contains('#');
                return (double.IsNegative(size), NumberFormat.Real(size, conversion.Type, conversion.Precision ?? 6, keepsZeros));
            default:
                throw JinjaException.Runtime($"unsupported format character '{conversion.Type}'");
        }

        string Padded(string digits)
        {
            int missing = (conversion.Precision ?? 0) - digits.Length;
            RenderingBudget.Current.TakeCharacters(Math.Max(0, missing));
            return missing > 0 ? new string('0', missing) + digits : digits;
        }
    }
}
