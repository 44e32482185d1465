using System.CommandLine;

namespace Homer.Cli.Options;

/// <summary>Words that a command line must have, unless a switch is given.</summary>
/// <param name="name">The name of the argument.</param>
/// <param name="instead">The switch that makes them optional.</param>
internal sealed class ArgumentUnless(string name, Option<bool> instead) : Argument<string[]>(name)
{
    /// <summary>The switch that makes the words optional.</summary>
    public Option<bool> Instead { get; } = instead;
}
