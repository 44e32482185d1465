using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;

namespace Homer.Cli.Commands;

/// <summary><c>homer methods</c>: the ways of handling a long context, and what can be set about each.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        var command = new Command("methods", "List the ways of handling a long context and their settings");
        command.SetAction(parsed =>
        {
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new { Methods = ContextMethods.All.Select(method => new { method.Name, method.Summary, method.Settings }) });
                return ExitCode.Success;
            }

            foreach (IContextMethod method in ContextMethods.All)
            {
                Console.Out.WriteLine($"{method.Name}: {method.Summary}");
                foreach (MethodSetting setting in method.Settings)
                    Console.Out.WriteLine($"    {setting.Name}: {setting.Description}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
