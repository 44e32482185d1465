using System.Globalization;

namespace Homer.Cli.Options;

/// <summary>Parses the comma-separated numbers of options.</summary>
internal static class NumberList
{
    private const string ExpectedLength = "a length in tokens; write numbers such as 1024 or 4k, with commas between them";
    private const string ExpectedDepth = "a depth; write numbers from 0, the beginning, to 1, the end, with commas between them";

    /// <summary>Parses lengths in tokens, such as <c>1k,4k,30000</c>; k is 1024.</summary>
    /// <param name="text">The comma-separated lengths.</param>
    /// <param name="least">The shortest allowed length.</param>
    /// <returns>The lengths in ascending order.</returns>
    /// <exception cref="UsageException">An item is not a length, or occurs twice.</exception>
    public static int[] Lengths(string text, int least = 1) => Parse<int>(text, ExpectedLength, item =>
    {
        bool thousands = item.EndsWith('k') || item.EndsWith('K');
        return int.TryParse(thousands ? item[..^1] : item, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= int.MaxValue / 2 / (thousands ? 1024 : 1)
            ? thousands ? number * 1024 : number
            : null;
    });

    /// <summary>Parses depths in a document, such as <c>0,0.5,1</c>.</summary>
    /// <returns>The depths in ascending order.</returns>
    /// <exception cref="UsageException">An item is not a depth, or occurs twice.</exception>
    public static double[] Depths(string text) => Parse<double>(text, ExpectedDepth, item =>
        double.TryParse(item, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1
            ? number
            : null);

    private static T[] Parse<T>(string text, string expected, Func<string, T?> parse)
        where T : struct
    {
        string[] items = text.Split(',', StringSplitOptions.TrimEntries);
        T[] numbers = [.. items.Select(item => parse(item) ?? throw new UsageException($"'{item}' is not {expected}."))];
        return numbers.Distinct().Count() == numbers.Length
            ? [.. numbers.Order()]
            : throw new UsageException($"'{text}' names the same number twice; leave one out.");
    }
}
