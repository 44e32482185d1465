using System.Globalization;

namespace Homer.Cli.Options;

/// <summary>Numbers with commas between them, as options take them.</summary>
internal static class NumberList
{
    /// <summary>Lengths in tokens, such as <c>1k,4k,30000</c>; k is 1024.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="least">The shortest length.</param>
    /// <returns>The lengths, ascending.</returns>
    /// <exception cref="UsageException">One of them is no length, or comes twice.</exception>
    public static int[] Lengths(string text, int least = 1) => Read<int>(text, "a length in tokens; write numbers such as 1024 or 4k, with commas between them", item =>
    {
        bool thousands = item.EndsWith('k') || item.EndsWith('K');
        return int.TryParse(thousands ? item[..^1] : item, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= least && number <= int.MaxValue / 2 / (thousands ? 1024 : 1)
            ? thousands ? number * 1024 : number
            : null;
    });

    /// <summary>Depths in a document, such as <c>0,0.5,1</c>.</summary>
    /// <returns>The depths, ascending.</returns>
    /// <exception cref="UsageException">One of them is no depth, or comes twice.</exception>
    public static double[] Depths(string text) => Read<double>(text, "a depth; write numbers from 0, the beginning, to 1, the end, with commas between them", item =>
        double.TryParse(item, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1 ? number : null);

    private static T[] Read<T>(string text, string expected, Func<string, T?> read)
        where T : struct
    {
        string[] items = text.Split(',', StringSplitOptions.TrimEntries);
        T[] numbers = [.. items.Select(item => read(item) ?? throw new UsageException($"'{item}' is not {expected}."))];
        return numbers.Distinct().Count() == numbers.Length ? [.. numbers.Order()] : throw new UsageException($"'{text}' names the same number twice; leave one out.");
    }
}
