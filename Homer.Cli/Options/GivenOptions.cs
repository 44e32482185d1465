using System.CommandLine;
using System.CommandLine.Parsing;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;

namespace Homer.Cli.Options;

/// <summary>The options of a parsed command line by name, and the method that reads the document.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="method">The method, where it is no option of the command; null to take the option's.</param>
internal sealed class GivenOptions(ParseResult parsed, MethodChoice? method = null)
{
    private readonly Dictionary<string, Option> options =
        TypedWords.OptionsOf(parsed.CommandResult.Command).ToDictionary(option => option.Name);

    /// <summary>The name of the command.</summary>
    public string Command => parsed.CommandResult.Command.Name;

    /// <summary>The method that reads the document; null where the command has none, or several.</summary>
    public MethodChoice? Choice => method
        ?? (options.GetValueOrDefault("--method") is Option<MethodChoice?> option ? MethodOption.Read(parsed, option) : null);

    /// <summary>The method of <see cref="Choice"/>.</summary>
    public IContextMethod? Method => Choice?.Method;

    /// <summary>The names of all options that were given, in the order in which the command has them.</summary>
    public IEnumerable<string> All => options.Keys.Where(IsGiven);

    /// <summary>Returns whether the command has an option.</summary>
    public bool Has(string name) => options.ContainsKey(name);

    /// <summary>Returns whether an option was given.</summary>
    public bool IsGiven(string name) =>
        options.TryGetValue(name, out Option? option) && parsed.GetResult(option) is OptionResult { Implicit: false };

    /// <summary>Returns whether a switch is on.</summary>
    public bool IsOn(string name) => options.GetValueOrDefault(name) is Option<bool> option && parsed.GetValue(option);

    /// <summary>Returns the value of an option; null where the command does not have it.</summary>
    public T? Value<T>(string name) => options.GetValueOrDefault(name) is Option<T> option ? parsed.GetValue(option) : default;

    /// <summary>Returns the settings of merging, those after the method's name included; null where nothing merges.</summary>
    public HomerOptions? Merging()
    {
        if (!Has("--preset") || !Has("--pruning"))
            return null;
        // The presets but the published one differ in nothing that is looked at here.
        bool isPaper = MergingOptions.PresetOf(parsed, Value<string?>("--preset")) == "paper";
        HomerOptions start = isPaper ? HomerOptions.Paper : HomerOptions.Best;
        HomerOptions given = start with
        {
            Pruning = Value<Pruning?>("--pruning") ?? start.Pruning,
            Accumulate = Value<bool?>("--accumulate") ?? start.Accumulate,
        };
        return Choice is null ? given : Choice.Over(given) is HomerMethod merging ? merging.Options : null;
    }
}
