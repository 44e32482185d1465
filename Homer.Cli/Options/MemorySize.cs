using System.Globalization;

namespace Homer.Cli.Options;

/// <summary>Parses sizes of memory such as <c>6GB</c>, <c>512MiB</c>, <c>8M</c>, <c>1.5GiB</c> and <c>800000</c>.</summary>
internal static class MemorySize
{
    // IEC units (KiB) and bare letters (K) are powers of 1024, as in most tools; SI units (kB) are powers of 1000.
    private static readonly Dictionary<string, decimal> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["kB"] = 1e3m,
        ["MB"] = 1e6m,
        ["GB"] = 1e9m,
        ["TB"] = 1e12m,
        ["K"] = 1L << 10,
        ["M"] = 1L << 20,
        ["G"] = 1L << 30,
        ["T"] = 1L << 40,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    /// <summary>Returns a size in bytes, rounded down.</summary>
    /// <exception cref="UsageException">The text is not a size, or the size is below one byte.</exception>
    public static long Parse(string text)
    {
        string number = string.Concat(text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.'));
        bool valid = Units.TryGetValue(text[number.Length..], out decimal unit)
            & decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value);
        if (!valid || value > long.MaxValue / unit || value * unit < 1)
            throw new UsageException($"'{text}' is not a size of memory; write a number and a unit, such as 6GB, 512MiB or 8M.");
        return (long)(value * unit);
    }
}
