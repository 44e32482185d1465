using System.CommandLine;
using Homer.Engine.Checks;
using Homer.Engine.Files;

namespace Homer.Cli.Options;

/// <summary>
/// Walks through the words of a command line as they were typed, and finds the commands, options and arguments that there are not. The
/// parser itself takes an unknown option for an argument, and then names another word than the mistaken one.
/// </summary>
internal sealed class TypedWords
{
    private readonly List<(int Place, string Message)> mistakes = [];
    private readonly Dictionary<Option, int> places = [];
    private Command command;
    private string name = "homer";
    private int arguments;

    private TypedWords(Command root) => command = root;

    /// <summary>The mistakes, each with the place of its word.</summary>
    public IReadOnlyList<(int Place, string Message)> Mistakes => mistakes;

    /// <summary>The command as it is typed, such as <c>homer eval qa</c>.</summary>
    public string CommandName => name;

    /// <summary>Whether help or the version is asked for, whatever else is typed.</summary>
    public bool AsksForHelp { get; private set; }

    /// <summary>Walks through the words of a command line.</summary>
    public static TypedWords Of(Command root, IReadOnlyList<string> words)
    {
        var walk = new TypedWords(root);
        bool verbatim = false;
        for (int i = 0; i < words.Count; i++)
        {
            if (verbatim || !words[i].StartsWith('-') || words[i].Length == 1)
                walk.TakeArgument(words[i], i);
            else if (words[i] == "--")
                verbatim = true;
            else
                i += walk.TakeOption(words, i);
        }

        walk.CheckComplete(words.Count);
        return walk;
    }

    /// <summary>Returns the place of the word that names an option; the end where it was not typed.</summary>
    public int PlaceOf(Option option) => places.GetValueOrDefault(option, int.MaxValue);

    /// <summary>Returns the options of a command, those of all commands included.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) => command.Options.Concat(
        Ancestors(command).SelectMany(parent => parent.Options.Where(option => option.Recursive))).Distinct();

    /// <summary>Returns the options of a command that help shows: those that can have an effect.</summary>
    public static IEnumerable<Option> ShownOptionsOf(Command command) =>
        OptionsOf(command).Where(option => !option.Hidden && !EffectTable.IsIdleOn(option.Name, command.Name));

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Ancestors(parent).Prepend(parent));

    // Returns how many further words are the option's.
    private int TakeOption(IReadOnlyList<string> words, int place)
    {
        string word = words[place], typed = word.Split('=', ':')[0];
        bool isAttached = Find(word) is null && typed.Length < word.Length;
        if (Find(isAttached ? typed : word) is not { } option)
        {
            // A dash also begins a number, or a sentence.
            if (typed.Any(char.IsWhiteSpace) || char.IsDigit(typed[1]) || typed[1] == '.')
                TakeArgument(word, place);
            else
                AddUnknown(typed, place, words);
            return 0;
        }

        if (option is System.CommandLine.Help.HelpOption or VersionOption)
            AsksForHelp = true;
        bool repeats = option.Arity.MaximumNumberOfValues > 1;
        if (!places.TryAdd(option, place) && !repeats && !IsSwitch(option))
            mistakes.Add((places[option], $"{option.Name} is given twice; leave one out"));
        string? next = place + 1 < words.Count ? words[place + 1] : null;
        string? attached = isAttached ? word[(typed.Length + 1)..] : null;
        if (IsSwitch(option))
            return TakeSwitch(option, attached, next, place);
        if (option.Arity.MaximumNumberOfValues == 0)
            return 0;
        bool takesNext = !isAttached && next is not null && next != "--" && Find(next) is null;
        // After an equals sign an empty value would be the next word.
        if (attached is "" || (attached is null && !takesNext && option.Arity.MinimumNumberOfValues > 0))
            mistakes.Add((place, $"{option.Name} needs a value, {(option.HelpName is { } value ? $"{option.Name} {value}" : "after it")}"));
        else if (takesNext && next is "" && CommandFiles.IsPath(option))
            mistakes.Add((place, $"{option.Name} needs the name of a {KindOf(option)}"));

        return takesNext ? 1 : 0;
    }

    private static string KindOf(Option option) => option.HelpName switch { "DIR" => "folder", "MODEL" => "model", _ => "file" };

    private int TakeSwitch(Option option, string? attached, string? next, int place)
    {
        if (attached is not null && !bool.TryParse(attached, out _))
            mistakes.Add((place, $"{option.Name} is true or false, not {Quoted.Text(attached)}"));
        return attached is null && bool.TryParse(next, out _) ? 1 : 0;
    }

    private void TakeArgument(string word, int place)
    {
        if (arguments == 0 && command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub)
        {
            command = sub;
            name += " " + word;
            return;
        }

        if (++arguments <= command.Arguments.Sum(argument => argument.Arity.MaximumNumberOfValues))
            return;
        string near = Nearest.To(word, command.Subcommands.Select(known => known.Name)) is { } meant ? $"; did you mean {meant}?" : "";
        mistakes.Add((place, command.Subcommands.Count > 0
            ? $"{Quoted.Text(word)} is not a command of {name}{near}"
            : $"{Quoted.Text(word)} is one word too many for {name}; put what belongs together into quotes"));
    }

    private void AddUnknown(string typed, int place, IReadOnlyList<string> words)
    {
        string message = $"{Quoted.Text(typed).Trim('\'')} is not an option of {name}";
        if (Nearest.To(typed, ShownOptionsOf(command).Select(option => option.Name)) is { } meant)
            message += $"; did you mean {meant}?";
        else if (place + 1 < words.Count && !words[place + 1].StartsWith('-'))
            message += $" (in {Quoted.Text($"{typed} {words[place + 1]}")})";
        mistakes.Add((place, message));
    }

    private void CheckComplete(int end)
    {
        if (command.Subcommands.Count > 0 && command.Action is null && mistakes.Count == 0)
            mistakes.Add((end, $"{name} needs a command: {OptionValues.Choice([.. command.Subcommands.Select(sub => sub.Name)])}"));
        foreach (Argument argument in command.Arguments.Where((argument, i) => i >= arguments && IsNeeded(argument)))
            mistakes.Add((end, $"the {argument.Name} is missing: {name} <{argument.Name}>"));
        foreach (Option option in command.Options.Where(option => option.Required && !places.ContainsKey(option)))
            mistakes.Add((end, $"{option.Name} is missing"));
    }

    private bool IsNeeded(Argument argument) =>
        argument.Arity.MinimumNumberOfValues > 0 || (argument is ArgumentUnless unless && !places.ContainsKey(unless.Instead));

    private Option? Find(string word) =>
        OptionsOf(command).FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    private static bool IsSwitch(Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(bool?);
}
