using System.CommandLine;
using Homer.Cli.Commands;
using Homer.Cli.Commands.Evaluation;
using Homer.Cli.Help;
using Homer.Cli.Options;

namespace Homer.Cli;

/// <summary>The command <c>homer</c> with all its commands.</summary>
internal static class HomerCommand
{
    private const string Summary =
        "Run language models over documents far longer than their context window, by hierarchical context merging (HOMER).";

    /// <summary>Creates the command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(Summary)
        {
            CommonOptions.Device,
            CommonOptions.Weights,
            CommonOptions.Activations,
            CommonOptions.Json,
            DemoCommand.Create(),
            AskCommand.Create(),
            ReadCommand.Create(),
            FindCommand.Create(),
            ChatCommand.Create(),
            GenerateCommand.Create(),
            CompressCommand.Create(),
            CachesCommand.Create(),
            LogitsCommand.Create(),
            CalibrateCommand.Create(),
            ConvertCommand.Create(),
            EvalCommand.Create(),
            BenchCommand.Create(),
            MethodsCommand.Create(),
            ModelsCommand.Create(),
            InfoCommand.Create(),
            DoctorCommand.Create(),
            TokenizeCommand.Create(),
            DevicesCommand.Create(),
        };
        HelpText.Install(root);
        return root;
    }
}
