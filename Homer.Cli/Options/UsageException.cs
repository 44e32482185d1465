
namespace Homer.Cli.Options;

/// <summary>The command line asks for something that no input could make possible.</summary>
internal sealed class UsageException(string message) : HomerException(message);
