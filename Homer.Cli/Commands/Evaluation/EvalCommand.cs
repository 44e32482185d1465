using System.CommandLine;

namespace Homer.Cli.Commands.Evaluation;

/// <summary><c>homer eval</c>: compares methods by quality, time and memory on long documents.</summary>
internal static class EvalCommand
{
    public static Command Create() => new("eval", "Compare methods by quality, time and memory on long documents")
    {
        PassKeyCommand.Create(),
        QuestionsCommand.Create(),
        NeedleCommand.Create(),
        AbsentCommand.Create(),
        PerplexityCommand.Create(),
        MemoryCommand.Create(),
        AblationCommand.Create(),
        ReportCommand.Create(),
    };
}
