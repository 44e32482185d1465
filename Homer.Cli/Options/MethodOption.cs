using System.CommandLine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;

namespace Homer.Cli.Options;

/// <summary><c>--method</c>: a way of reading with its settings, as one word.</summary>
internal static class MethodOption
{
    public static Option<IContextMethod> Create()
    {
        var option = new Option<IContextMethod>("--method")
        {
            Description = "Method that reads the document; homer methods lists all and their settings [default: homer]",
            HelpName = "NAME[:SETTING=VALUE,…]",
            DefaultValueFactory = _ => new HomerMethod(),
            CustomParser = result =>
            {
                try
                {
                    return ContextMethods.Find(result.Tokens[0].Value);
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
