using System.CommandLine;
using Homer.Engine.Methods;

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

    /// <summary>Returns the method that was given; the default where none was.</summary>
    public static MethodChoice Read(ParseResult parsed, Option<MethodChoice?> option) =>
        parsed.GetValue(option) ?? MethodChoice.Parse(Default);
}
