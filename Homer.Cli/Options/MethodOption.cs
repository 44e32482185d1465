using System.CommandLine;
using Homer.Engine.Methods;

namespace Homer.Cli.Options;

/// <summary><c>--method</c>: a method of reading with its settings, as one word.</summary>
internal static class MethodOption
{
    /// <summary>Creates the option; each command makes its own.</summary>
    public static Option<MethodChoice> Create()
    {
        var option = new Option<MethodChoice>("--method")
        {
            Description = "Method that reads the document; homer methods lists all and their settings [default: homer]",
            HelpName = "NAME[:SETTING=VALUE,…]",
            DefaultValueFactory = _ => MethodChoice.Parse("homer"),
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
}
