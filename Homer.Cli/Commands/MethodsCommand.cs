using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Methods.Homer;

namespace Homer.Cli.Commands;

/// <summary><c>homer methods</c>: the methods for long contexts, each with its settings.</summary>
internal static class MethodsCommand
{
    public static Command Create()
    {
        var command = new Command("methods", "List the methods for long contexts and their settings");
        command.SetAction(parsed =>
        {
            if (parsed.WantsJson())
            {
                Terminal.WriteJson(new
                {
                    Methods = ContextMethods.All.Select(method => new { method.Name, method.Summary, method.Settings }),
                });
                return ExitCode.Success;
            }

            foreach (IContextMethod method in ContextMethods.All)
            {
                Console.Out.WriteLine($"{method.Name}: {method.Summary}");
                bool merges = method is HomerMethod && method.GetType() != typeof(HomerMethod);
                foreach (MethodSetting setting in method.Settings.Except(merges ? new HomerMethod().Settings : []))
                    Console.Out.WriteLine($"    {setting.Name}: {setting.Description}");
                if (merges)
                    Console.Out.WriteLine("    and the settings of homer");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
