using System.Reflection;
using Homer.Engine.Files;

namespace Homer.Cli.Output;

/// <summary>Says in a sentence what ended a command or an answer.</summary>
internal static class Fault
{
    /// <summary>The environment variable that shows where a fault happened.</summary>
    public const string DebugVariable = "HOMER_DEBUG";

    /// <summary>Returns the sentence for an exception.</summary>
    public static string Sentence(Exception fault) => fault switch
    {
        AggregateException { InnerExceptions: [{ } only] } => Sentence(only),
        TypeInitializationException or TargetInvocationException when fault.InnerException is { } inner => Sentence(inner),
        HomerException or StandardOutputException => fault.Message,
        OperationCanceledException => "Stopped.",
        OutOfMemoryException => "There is not enough memory; use a shorter document or smaller chunks.",
        _ when FileTrouble.Is(fault) => $"The operating system refuses this: {Ended(fault.Message)}; check paths and permissions.",
        _ => $"This should not happen: {Ended(fault.Message)}; please report it with what {DebugVariable}=1 shows.",
    };

    /// <summary>Writes where an exception was thrown, if the environment asks for it.</summary>
    public static void Trace(Exception fault)
    {
        if (Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 } and not "0")
            Terminal.Trace(fault.ToString());
    }

    private static string Ended(string message) => message.TrimEnd('.', ' ', '\n', '\r');
}
