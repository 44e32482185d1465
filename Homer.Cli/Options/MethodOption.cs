using System.CommandLine;
using Homer.Engine.Files;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Recall;

namespace Homer.Cli.Options;

/// <summary>The option <c>--method</c>: a method that reads the document, with its settings, as one word.</summary>
internal static class MethodOption
{
    private const string Default = "homer";

    /// <summary>Creates the option; each command creates its own.</summary>
    public static Option<MethodChoice?> Create()
    {
        // The default is not the option's DefaultValueFactory: help would print the record's members.
        var option = new Option<MethodChoice?>("--method")
        {
            Description = $"Method that reads the document;\nhomer methods lists all and their settings [default: {Default}]",
            HelpName = "NAME[:SETTING=VALUE,…]",
            CustomParser = result =>
            {
                try
                {
                    var choice = MethodChoice.Parse(result.Tokens[0].Value);
                    // Settings that cannot be read are refused here, as bad usage.
                    _ = choice.Configured;
                    return choice;
                }
                catch (HomerException e)
                {
                    result.AddError(e.Message);
                    return null;
                }
            },
        };
        option.CompletionSources.Add([.. ContextMethods.All.Select(method => method.Name)]);
        return option;
    }

    /// <summary>Returns the method recall with the settings that were given.</summary>
    /// <exception cref="UsageException">Another method was given, or a setting cannot be read.</exception>
    public static RecallMethod Recall(string? given)
    {
        try
        {
            return MethodChoice.Parse(given ?? "recall").Configured is RecallMethod recall
                ? recall
                : throw new UsageException(
                    $"--method {Quoted.Text(given!)} keeps no keys to look in; give recall, with settings or without.");
        }
        catch (HomerException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>Returns the method that was given; the default where none was.</summary>
    public static MethodChoice Read(ParseResult parsed, Option<MethodChoice?> option) =>
        parsed.GetValue(option) ?? MethodChoice.Parse(Default);
}
