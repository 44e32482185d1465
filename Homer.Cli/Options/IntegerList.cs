using System.CommandLine;
using System.Globalization;

namespace Homer.Cli.Options;

/// <summary>Numbers as <c>512,2048</c>.</summary>
internal static class IntegerList
{
    // Longer texts than anyone reads through a model, short enough that their activations can be counted.
    private const int Largest = 1 << 24;

    /// <summary>An option that takes such numbers.</summary>
    public static Option<string> Option(string name, string description, string byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault, HelpName = "N,N,…" };

    /// <summary>Reads the numbers, repeated ones once.</summary>
    /// <exception cref="UsageException">There are none, or one is not a number of tokens.</exception>
    public static IReadOnlyList<int> Parse(Option<string> option, string text)
    {
        List<int> numbers = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > Largest)
                throw new UsageException($"{option.Name} takes numbers up to {Largest} with commas between them, such as 512,2048, not '{text}'.");
            numbers.Add(number);
        }

        return [.. numbers.Distinct()];
    }
}
