using System.Globalization;
using System.Text;

namespace Homer.Engine.Templates.Jinja.Globals;

/// <summary>Writes times as C's <c>strftime</c> does, in English.</summary>
internal static class TimeFormat
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Returns a time in a format such as <c>%d %b %Y</c>.</summary>
    public static string Format(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            char flag = "-_0^".Contains(format[at + 1]) && at + 2 < format.Length ? format[++at] : ' ';
            char directive = format[++at];
            text.Append(Flagged(Directive(time, directive) ?? "%" + directive, flag));
        }

        return text.ToString();
    }

    private static string Flagged(string text, char flag)
    {
        switch (flag)
        {
            case '^':
                return text.ToUpperInvariant();
            case '-' or '_':
                string bare = text.TrimStart('0', ' ');
                bare = bare.Length == 0 || !char.IsAsciiDigit(bare[0]) ? text[^1..] : bare;
                return flag == '-' ? bare : bare.PadLeft(text.Length);
            case '0':
                return text.Replace(' ', '0');
            default:
                return text;
        }
    }

    private static string? Directive(DateTime time, char directive) => directive switch
    {
        'Y' => time.Year.ToString("0000", English),
        'C' => Two(time.Year / 100),
        'y' => Two(time.Year % 100),
        'm' => Two(time.Month),
        'B' => time.ToString("MMMM", English),
        'b' or 'h' => time.ToString("MMM", English),
        'd' => Two(time.Day),
        'e' => time.Day.ToString(English).PadLeft(2),
        'j' => time.DayOfYear.ToString("000", English),
        'A' => time.ToString("dddd", English),
        'a' => time.ToString("ddd", English),
        'w' => ((int)time.DayOfWeek).ToString(English),
        'u' => (((int)time.DayOfWeek + 6) % 7 + 1).ToString(English),
        'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
        'W' => Two((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7),
        'V' => Two(ISOWeek.GetWeekOfYear(time)),
        'G' => ISOWeek.GetYear(time).ToString("0000", English),
        'g' => Two(ISOWeek.GetYear(time) % 100),
        'H' => Two(time.Hour),
        'k' => time.Hour.ToString(English).PadLeft(2),
        'I' => Two((time.Hour + 11) % 12 + 1),
        'l' => ((time.Hour + 11) % 12 + 1).ToString(English).PadLeft(2),
        'M' => Two(time.Minute),
        'S' => Two(time.Second),
        'f' => time.ToString("ffffff", English),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
        'x' or 'D' => Format(time, "%m/%d/%y"),
        'X' or 'T' => Format(time, "%H:%M:%S"),
        'F' => Format(time, "%Y-%m-%d"),
        'R' => Format(time, "%H:%M"),
        'r' => Format(time, "%I:%M:%S %p"),
        'n' => "\n",
        't' => "\t",
        'z' or 'Z' => "",
        '%' => "%",
        _ => null,
    };

    private static string Two(int number) => number.ToString("00", English);
}
