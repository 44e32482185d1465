using System.Globalization;
using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Filters;

/// <summary>Filters on numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] Decimal = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] Binary = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    /// <summary>The filters by name.</summary>
    public static Dictionary<string, Filter> All { get; } = new()
    {
        ["abs"] = (input, _) => Abs(input),
        ["int"] = ToInteger,
        ["float"] = ToFloat,
        ["round"] = Round,
        ["filesizeformat"] = FileSize,
    };

    private static Value Abs(Value input) => input switch
    {
        IntegerValue whole => new IntegerValue(BigInteger.Abs(whole.Number)),
        _ => new FloatValue(Math.Abs(Numbers.Real(input))),
    };

    private static Value ToInteger(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("int", 0, "default", "base");
        Value otherwise = bound[0] ?? new IntegerValue(0);
        switch (input)
        {
            case UndefinedValue undefined:
                throw undefined.Error;
            case IntegerValue whole:
                return new IntegerValue(whole.Number);
            case FloatValue real:
                return double.IsFinite(real.Number) ? new IntegerValue(Numbers.Truncated(real.Number)) : otherwise;
            case TextValue text:
                if (Numbers.Parse(text.Text, bound[1] is null ? 10 : Numbers.Integer(bound[1]!)) is { } number)
                    return new IntegerValue(number);
                return PythonFloat.Parse(text.Text) is { } fraction && double.IsFinite(fraction)
                    ? new IntegerValue(Numbers.Truncated(fraction))
                    : otherwise;
            default:
                return otherwise;
        }
    }

    private static Value ToFloat(Value input, Arguments arguments)
    {
        Value otherwise = arguments.Bind("float", 0, "default")[0] ?? new FloatValue(0);
        return input switch
        {
            UndefinedValue undefined => throw undefined.Error,
            IntegerValue or FloatValue => new FloatValue(Numbers.Real(input)),
            TextValue text when PythonFloat.Parse(text.Text) is { } number => new FloatValue(number),
            _ => otherwise,
        };
    }

    private static Value Round(Value input, Arguments arguments)
    {
        Value?[] bound = arguments.Bind("round", 0, "precision", "method");
        int precision = bound[0] is null ? 0 : Numbers.Integer(bound[0]!);
        string method = bound[1] is null ? "common" : Texts.Of(bound[1]!);
        if (Math.Abs((long)precision) > 400)
            throw new JinjaException(JinjaFault.Limit, "the template asks for too many decimals");
        double number = Numbers.Real(input);
        switch (method)
        {
            case "common" when input is IntegerValue whole:
                return precision >= 0 ? new IntegerValue(whole.Number) : new IntegerValue(RoundedWhole(whole.Number, -precision));
            case "common" when precision >= 0:
                return new FloatValue(double.Parse(PythonFloat.Fixed(number, precision), CultureInfo.InvariantCulture));
            case "common":
                double unit = Math.Pow(10, -precision);
                return new FloatValue(Math.Round(number / unit, MidpointRounding.ToEven) * unit);
            case "ceil" or "floor":
                double scale = Math.Pow(10, precision);
                return new FloatValue((method == "ceil" ? Math.Ceiling(number * scale) : Math.Floor(number * scale)) / scale);
            default:
                throw JinjaException.Runtime("method must be common, ceil or floor");
        }
    }

    private static BigInteger RoundedWhole(BigInteger number, int power)
    {
        var unit = BigInteger.Pow(10, power);
        var quotient = BigInteger.DivRem(BigInteger.Abs(number), unit, out BigInteger rest);
        int half = (rest * 2).CompareTo(unit);
        return (half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient) * unit * number.Sign;
    }

    private static TextValue FileSize(Value input, Arguments arguments)
    {
        bool isBinary = arguments.Bind("filesizeformat", 0, "binary")[0]?.IsTrue == true;
        double size = input is TextValue text
            ? PythonFloat.Parse(text.Text) ?? throw JinjaException.Runtime("could not convert string to float")
            : Numbers.Real(input);
        double step = isBinary ? 1024 : 1000;
        if (size == 1)
            return new("1 Byte");
        if (size < step)
            return new($"{Math.Truncate(size).ToString("F0", CultureInfo.InvariantCulture)} Bytes");
        string[] names = isBinary ? Binary : Decimal;
        int at = 0;
        for (double unit = step * step; at < names.Length - 1 && size >= unit; unit *= step)
            at++;
        return new($"{PythonFloat.Fixed(size / Math.Pow(step, at + 1), 1)} {names[at]}");
    }
}
