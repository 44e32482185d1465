using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;

namespace Homer.Cli.Help;

/// <summary>
/// The text of <c>--help</c>: what the command does, the ten options that people use first, and the others under headings.
/// </summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    /// <summary>The widest line.</summary>
    public const int Width = 100;

    private const int Indent = 2;
    private const int Column = 28;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the parser's own help of a command line.</summary>
    public static void Install(RootCommand root)
    {
        foreach (HelpOption option in root.Options.OfType<HelpOption>())
            option.Action = new HelpText();
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
        return 0;
    }

    /// <summary>Returns the help of a command.</summary>
    public static string Of(Command command)
    {
        var text = new StringBuilder();
        Wrap(text, command.Description ?? "", 0);
        text.Append(CultureInfo.InvariantCulture, $"\nUsage:\n{new string(' ', Indent)}{Usage(command)}\n");
        Section(text, "Arguments", command.Arguments.Select(argument => ($"<{argument.Name}>", argument.Description ?? "")));
        Section(text, "Commands", command.Subcommands.Select(sub => (sub.Name, sub.Description ?? "")));
        foreach ((string heading, IReadOnlyList<Option> options) in OptionGroups.Of(command))
            Section(text, heading, options.Select(option => (NameOf(option), DescriptionOf(option))));
        return text.ToString();
    }

    private static string Usage(Command command)
    {
        string[] parts =
        [
            PathOf(command),
            .. command.Subcommands.Count > 0 ? ["COMMAND"] : Array.Empty<string>(),
            .. command.Arguments.Select(
                argument => argument.Arity.MinimumNumberOfValues > 0 ? $"<{argument.Name}>" : $"[<{argument.Name}>]"),
            .. command.Options.Where(option => option.Required).Select(NameOf),
            "[options]",
        ];
        return string.Join(' ', parts);
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "homer";

    private static string NameOf(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-') && alias.Length == 2 && alias[1] != '?')
            .Append(option.Name));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    private static string DescriptionOf(Option option)
    {
        string text = option.Description ?? "";
        if (option.Required)
            return $"{text} [required]";
        bool isShown = option.HasDefaultValue && option is not (HelpOption or VersionOption) && option.ValueType != typeof(bool)
            && !text.Contains("[default", StringComparison.Ordinal);
        return isShown && Default(option) is { Length: > 0 } value ? $"{text} [default: {value}]" : text;
    }

    private static string Default(Option option) => option.GetDefaultValue() switch
    {
        null => "",
        string text => text,
        IEnumerable<string> texts => string.Join(' ', texts),
        object value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static void Section(StringBuilder text, string heading, IEnumerable<(string Name, string Description)> rows)
    {
        (string Name, string Description)[] all = [.. rows];
        if (all.Length == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"\n{heading}:\n");
        foreach ((string name, string description) in all)
        {
            text.Append(' ', Indent).Append(name);
            if (name.Length + Indent + 2 <= Column)
                text.Append(' ', Column - Indent - name.Length);
            else
                text.Append('\n').Append(' ', Column);
            Wrap(text, description, Column);
        }
    }

    /// <summary>Appends words that begin at a column, in lines of at most <see cref="Width"/>.</summary>
    private static void Wrap(StringBuilder text, string words, int column)
    {
        string margin = new(' ', column);
        bool isFirst = true;
        foreach (string line in words.Split('\n'))
        {
            int length = 0;
            text.Append(isFirst ? "" : margin);
            isFirst = false;
            foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (length > 0 && column + length + 1 + word.Length > Width)
                {
                    text.Append('\n').Append(margin);
                    length = 0;
                }

                text.Append(length > 0 ? " " : "").Append(word);
                length += (length > 0 ? 1 : 0) + word.Length;
            }

            text.Append('\n');
        }
    }
}
