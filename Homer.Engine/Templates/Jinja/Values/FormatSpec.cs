using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The small language after the colon of <c>{:…}</c>: fill, alignment, sign, width, thousands, precision and type.</summary>
internal static partial class FormatSpec
{
    /// <summary>Writes a value as a specification says.</summary>
    public static void Write(TextBuilder to, Value value, string spec)
    {
        if (spec.Length == 0)
        {
            value.Write(to);
            return;
        }

        Match match = Pattern().Match(spec);
        if (!match.Success || value is not (TextValue or IntegerValue or FloatValue))
            throw JinjaException.Runtime($"Invalid format specifier for object of type '{value.TypeName}'");
        string type = match.Groups["type"].Value;
        int width = Number(match.Groups["width"]) ?? 0;
        int? precision = Number(match.Groups["precision"]);
        string fill = match.Groups["fill"].Value, align = match.Groups["align"].Value;
        if (match.Groups["zero"].Success)
            (fill, align) = (fill.Length > 0 ? fill : "0", align.Length > 0 ? align : "=");
        TextValue text;
        string sign = "";
        if (value is TextValue given && type is "" or "s")
        {
            text = Texts.Value(value);
            text = precision < text.Length ? text.Points(0, precision.Value) : text;
            align = align is "" or "=" ? "<" : align;
        }
        else
        {
            (sign, string digits) = AsNumber(value, match, precision);
            text = new(digits);
            align = align.Length > 0 ? align : ">";
        }

        Align(to, text, sign, align, (width, fill.Length > 0 ? fill : " "));
    }

    private static void Align(TextBuilder to, TextValue text, string sign, string align, (int Width, string Fill) room)
    {
        int missing = Math.Max(0, room.Width - sign.Length - text.Length!.Value);
        (int before, int between) = align switch
        {
            "<" => (0, 0),
            "^" => (missing / 2, 0),
            "=" => (0, missing),
            _ => (missing, 0),
        };
        var fill = new TextValue(room.Fill);
        to.Append(TextPadding.Repeat(fill, before)).Append(sign).Append(TextPadding.Repeat(fill, between)).Append(text)
            .Append(TextPadding.Repeat(fill, missing - before - between));
    }

    private static (string Sign, string Digits) AsNumber(Value value, Match match, int? precision)
    {
        string type = match.Groups["type"].Value, separator = match.Groups["separator"].Value;
        bool isNegative;
        string digits;
        if (value is IntegerValue whole && type is "" or "d" or "x" or "X" or "o" or "b" or "n" or "c")
        {
            BigInteger number = Numbers.Whole(value);
            isNegative = number.Sign < 0;
            digits = NumberFormat.Digits(number, type.Length > 0 ? type[0] : 'd');
        }
        else
        {
            if (type is not ("" or "e" or "E" or "f" or "F" or "g" or "G" or "%"))
                throw JinjaException.Runtime($"Unknown format code '{type}' for object of type '{value.TypeName}'");
            double number = Numbers.Real(value) * (type == "%" ? 100 : 1);
            isNegative = double.IsNegative(number);
            digits = type switch
            {
                "" when precision is null => PythonFloat.Repr(Math.Abs(number)),
                "" => NumberFormat.Real(number, 'g', precision!.Value),
                "%" => NumberFormat.Real(number, 'f', precision ?? 6) + "%",
                _ => NumberFormat.Real(number, type[0], precision ?? 6),
            };
        }

        if (separator.Length > 0)
        {
            int point = digits.IndexOf('.', StringComparison.Ordinal);
            string integral = point < 0 ? digits : digits[..point];
            digits = Thousands().Replace(integral, separator) + digits[integral.Length..];
        }

        string sign = isNegative ? "-" : match.Groups["sign"].Value is "+" or " " ? match.Groups["sign"].Value : "";
        if (match.Groups["alternate"].Success && type is "x" or "X" or "o" or "b")
            sign += "0" + type;
        return (sign, digits);
    }

    private static int? Number(Group group)
    {
        if (!group.Success || group.Length == 0)
            return null;
        return int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw JinjaException.Runtime("Too many decimal digits in format string");
    }

    [GeneratedRegex(
        @"^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>\#)?(?<zero>0)?(?<width>\d+)?(?<separator>[,_])?"
        + @"(?:\.(?<precision>\d+))?(?<type>[a-zA-Z%])?$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"(?<=\d)(?=(\d{3})+$)", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
