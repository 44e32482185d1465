using System.Globalization;
using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Writes numbers for <c>%</c> and <c>format</c>: the digits, without sign or width.</summary>
internal static class NumberFormat
{
    private const int MostDecimals = 10_000;

    /// <summary>Returns an integer's size in the base of a conversion: d, x, X, o, b.</summary>
    public static string Digits(BigInteger number, char conversion)
    {
        var size = BigInteger.Abs(number);
        return conversion switch
        {
            'x' => InBase(size, 16),
            'X' => InBase(size, 16).ToUpperInvariant(),
            'o' => InBase(size, 8),
            'b' => InBase(size, 2),
            _ => size.ToString(CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Returns a number's size for a conversion: e, f, g and their capitals.</summary>
    public static string Real(double number, char conversion, int decimals, bool keepsZeros = false)
    {
        if (decimals > MostDecimals)
            throw new JinjaException(JinjaFault.Limit, "the template asks for too many decimals");
        double size = Math.Abs(number);
        string text = char.ToLowerInvariant(conversion) switch
        {
            'e' => PythonFloat.Exponential(size, decimals),
            'f' => PythonFloat.Fixed(size, decimals),
            _ => PythonFloat.General(size, decimals, keepsZeros),
        };
        return char.IsUpper(conversion) ? text.ToUpperInvariant() : text;
    }

    private static string InBase(BigInteger number, int numberBase)
    {
        if (number.IsZero)
            return "0";
        var digits = new Stack<char>();
        for (; !number.IsZero; number /= numberBase)
            digits.Push("0123456789abcdef"[(int)(number % numberBase)]);
        return new([.. digits]);
    }
}
