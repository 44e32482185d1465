using System.Globalization;
using System.Numerics;

namespace Homer.Engine.Templates.Jinja.Text;

/// <summary>Writes and reads floating-point numbers as Python does.</summary>
internal static class PythonFloat
{
    /// <summary>Returns the shortest digits that give the number back; with an exponent below 1e-4 and from 1e16.</summary>
    public static string Repr(double number)
    {
        if (!double.IsFinite(number))
            return NotFinite(number);
        (string digits, int exponent) = Shortest(number);
        string sign = double.IsNegative(number) ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        string whole = digits.PadRight(exponent + 1, '0');
        return $"{sign}{whole[..(exponent + 1)]}.{(whole.Length > exponent + 1 ? whole[(exponent + 1)..] : "0")}";
    }

    /// <summary>Returns a number with a fixed count of decimals, exactly rounded, halves to even.</summary>
    public static string Fixed(double number, int decimals)
    {
        if (!double.IsFinite(number))
            return NotFinite(number);
        string digits = Scaled(Math.Abs(number), decimals).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string sign = double.IsNegative(number) ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    /// <summary>Returns a number with one digit before the point, a count of decimals, and an exponent.</summary>
    public static string Exponential(double number, int decimals)
    {
        if (!double.IsFinite(number))
            return NotFinite(number);
        double size = Math.Abs(number);
        int exponent = size == 0 ? 0 : Shortest(number).Exponent;
        string digits = Scaled(size, decimals - exponent).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        if (digits.Length > decimals + 1)
        {
            // Rounding made one digit more.
            digits = digits[..^1];
            exponent++;
        }

        string sign = double.IsNegative(number) ? "-" : "", fraction = decimals > 0 ? "." + digits[1..] : "";
        return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    /// <summary>Returns a number with a count of digits, in whichever of the two forms is shorter, without zeros at its end.</summary>
    public static string General(double number, int digits, bool keepsZeros = false)
    {
        if (!double.IsFinite(number))
            return NotFinite(number);
        digits = Math.Max(digits, 1);
        string exponential = Exponential(number, digits - 1);
        int mark = exponential.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(exponential.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent < -4 || exponent >= digits
            ? Short(exponential[..mark]) + exponential[mark..]
            : Short(Fixed(number, digits - 1 - exponent));

        string Short(string text) => keepsZeros || !text.Contains('.') ? text : text.TrimEnd('0').TrimEnd('.');
    }

    /// <summary>Reads a number as <c>float</c> does; null where the text is none.</summary>
    public static double? Parse(string text)
    {
        string trimmed = text.Trim().Replace("_", "", StringComparison.Ordinal);
        string unsigned = trimmed.TrimStart('+', '-');
        double? named = PythonCase.Lower(unsigned) switch
        {
            "inf" or "infinity" => double.PositiveInfinity,
            "nan" => double.NaN,
            _ => null,
        };
        if (named is not null && trimmed.Length - unsigned.Length <= 1)
            return trimmed.StartsWith('-') ? -named : named;
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return unsigned.Length > 0 && (char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.')
            && double.TryParse(trimmed, Styles, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static string NotFinite(double number) => double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";

    // The digits of the shortest form without point, and the power of ten of the first.
    private static (string Digits, int Exponent) Shortest(double number)
    {
        string shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        string mantissa = mark < 0 ? shortest : shortest[..mark];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
            return ("0", 0);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        int exponent = (point < 0 ? mantissa.Length : point) - 1;
        if (mark >= 0)
            exponent += int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        // A number below one begins with zeros.
        int zeros = mantissa.Replace(".", "", StringComparison.Ordinal).TakeWhile(c => c == '0').Count();
        return (digits, exponent - zeros);
    }

    // The number times a power of ten, rounded to an integer, halves to even.
    private static BigInteger Scaled(double number, int power)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)(bits >> 52) & 0x7ff;
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent > 0 ? 1L << 52 : 0);
        exponent = Math.Max(exponent, 1) - 1075;
        BigInteger above = mantissa, below = BigInteger.One;
        if (exponent > 0) above <<= exponent;
        else below <<= -exponent;
        if (power > 0) above *= BigInteger.Pow(10, power);
        else below *= BigInteger.Pow(10, -power);
        BigInteger whole = BigInteger.DivRem(above, below, out BigInteger rest);
        int half = (rest * 2).CompareTo(below);
        return half > 0 || (half == 0 && !whole.IsEven) ? whole + 1 : whole;
    }
}
