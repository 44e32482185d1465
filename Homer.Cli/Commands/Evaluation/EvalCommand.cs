using System.CommandLine;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval</c>: measures how well, how fast and in how much memory long documents are read, several ways side by side.</summary>
internal static class EvalCommand
{
    public static Command Create() => new("eval", "Measure how well, how fast and in how much memory long documents are read, several ways side by side")
    {
        PassKeyCommand.Create(),
        QuestionsCommand.Create(),
        PerplexityCommand.Create(),
        MemoryCommand.Create(),
        AblationCommand.Create(),
        ReportCommand.Create(),
    };
}
