using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Homer.Engine.Files;

namespace Homer.Cli.Options;

/// <summary>
/// Says what the values of options are. Numbers are read by one culture whatever the machine's is, the values of an enum are its names, and
/// what is refused is refused by the name of its option and what is allowed.
/// </summary>
internal static class OptionValues
{
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Lets an option take numbers.</summary>
    /// <typeparam name="T"><c>int</c>, <c>float</c>, <c>double</c>, or one of them that may be null.</typeparam>
    /// <param name="option">The option.</param>
    /// <param name="allowed">What is allowed, as it follows "must be".</param>
    /// <param name="isAllowed">Returns whether a finite number is allowed.</param>
    /// <returns>The option.</returns>
    public static Option<T> Numbers<T>(this Option<T> option, string allowed, Func<double, bool> isAllowed) =>
        option.Read(allowed, text => ParseNumber(typeof(T), text) is { } number && isAllowed(Convert.ToDouble(number)) ? number : null);

    /// <summary>Lets an option take whole numbers from a least one on.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, int least) =>
        option.Numbers($"a whole number of at least {least}", number => number >= least);

    /// <summary>Lets an option take the names of an enum, whatever their case.</summary>
    public static Option<T?> Names<T>(this Option<T?> option)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        option.HelpName = string.Join('|', names);
        option.CompletionSources.Add(names);
        return option.Read(Choice(names), text => Find(names, text) is { } name ? Enum.Parse<T>(name, ignoreCase: true) : null);
    }

    /// <summary>Lets an option take one of some words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        return option.Read(Choice(words), text => words.Contains(text) ? text : null);
    }

    /// <summary>Checks the value of an option where it is parsed, so that its message names the option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="parse">Throws a <see cref="HomerException"/> for a text that is not a value.</param>
    /// <returns>The option.</returns>
    public static Option<string> Checked(this Option<string> option, Action<string> parse)
    {
        option.Validators.Add(result => Check(option, result, parse));
        return option;
    }

    /// <inheritdoc cref="Checked(Option{string}, Action{string})"/>
    public static Option<string?> CheckedIfGiven(this Option<string?> option, Action<string> parse)
    {
        option.Validators.Add(result => Check(option, result, parse));
        return option;
    }

    /// <summary>Joins words with commas and "or".</summary>
    public static string Choice(IReadOnlyList<string> words) =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.Take(words.Count - 1))} or {words[^1]}";

    private static void Check(Option option, OptionResult result, Action<string> parse)
    {
        try
        {
            foreach (Token token in result.Tokens)
                parse(token.Value);
        }
        catch (HomerException e)
        {
            result.AddError($"{option.Name}: {e.Message}");
        }
    }

    private static Option<T> Read<T>(this Option<T> option, string allowed, Func<string, object?> read)
    {
        option.CustomParser = result =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
            if (read(text) is { } value)
                return (T)value;
            result.AddError($"{option.Name} must be {allowed}, not {Quoted.Text(text)}");
            return default!;
        };
        return option;
    }

    private static object? ParseNumber(Type type, string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
        {
            TypeCode.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int number) ? number : null,
            TypeCode.Single => float.TryParse(text, Real, culture, out float number) && float.IsFinite(number) ? number : null,
            _ => double.TryParse(text, Real, culture, out double number) && double.IsFinite(number) ? number : null,
        };
    }

    private static string? Find(string[] names, string text) =>
        names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
}
