using System.Globalization;
using System.Numerics;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Takes arguments that must be numbers.</summary>
internal static class Numbers
{
    /// <summary>Returns an integer, brought into the range of <see cref="int"/>.</summary>
    /// <exception cref="JinjaException">The value is none.</exception>
    public static int Integer(Value value) => (int)BigInteger.Max(int.MinValue, BigInteger.Min(int.MaxValue, Whole(value)));

    /// <summary>Returns an integer of any size.</summary>
    /// <exception cref="JinjaException">The value is none.</exception>
    public static BigInteger Whole(Value value) => value switch
    {
        IntegerValue number => number.Number,
        UndefinedValue undefined => throw undefined.Error,
        _ => throw JinjaException.Runtime($"'{value.TypeName}' object cannot be interpreted as an integer"),
    };

    /// <summary>Returns a number as a floating-point one.</summary>
    /// <exception cref="JinjaException">The value is none.</exception>
    public static double Real(Value value) => value switch
    {
        FloatValue real => real.Number,
        IntegerValue whole => (double)whole.Number,
        UndefinedValue undefined => throw undefined.Error,
        _ => throw JinjaException.Runtime($"must be real number, not {value.TypeName}"),
    };

    /// <summary>Returns a floating-point number without its fraction.</summary>
    /// <exception cref="JinjaException">It is infinite or no number at all.</exception>
    public static BigInteger Truncated(double number) => double.IsFinite(number)
        ? new BigInteger(Math.Truncate(number))
        : throw JinjaException.Runtime("cannot convert float infinity or NaN to integer");

    /// <summary>Reads an integer as <c>int</c> does; null where the text is none.</summary>
    public static BigInteger? Parse(string text, int numberBase = 10)
    {
        string digits = text.Trim();
        bool isNegative = digits.StartsWith('-');
        if (isNegative || digits.StartsWith('+'))
            digits = digits[1..];
        int prefix = digits.Length > 2 && digits[0] == '0'
            ? char.ToLowerInvariant(digits[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 }
            : 0;
        if (prefix > 0 && (numberBase == 0 || numberBase == prefix))
            (digits, numberBase) = (digits[2..].TrimStart('_'), prefix);
        if (numberBase == 0)
            numberBase = 10;
        if (digits.Length == 0 || digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal))
            return null;
        IntegerValue.RequireBits(digits.Length * 3L);
        BigInteger number = 0;
        foreach (char c in digits.Where(c => c != '_'))
        {
            int digit = char.IsDigit(c) ? CharUnicodeInfo.GetDecimalDigitValue(c)
                : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : numberBase;
            if (digit >= numberBase)
                return null;
            number = number * numberBase + digit;
        }

        return isNegative ? -number : number;
    }
}
