using System.CommandLine;
using Homer.Cli.Options;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Spectre.Console;

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
                Terminal.WriteJson(ContextMethods.All.Select(method => new { method.Name, method.Summary, method.Settings }));
                return ExitCode.Success;
            }

            Table table = new Table().AddColumns("method", "what it does", "settings").Border(TableBorder.Rounded).ShowRowSeparators();
            foreach (IContextMethod method in ContextMethods.All)
                table.AddRow(method.Name, Markup.Escape(method.Summary), Markup.Escape(string.Join('\n', method.Settings.Select(Describe))));
            Terminal.WriteTable(table);
            return ExitCode.Success;
        });
        return command;

        static string Describe(MethodSetting setting) => setting.Description.Length == 0 ? setting.Name : $"{setting.Name}: {setting.Description}";
    }
}
