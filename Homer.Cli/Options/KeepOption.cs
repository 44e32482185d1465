using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Methods.Homer.Leaves;

namespace Homer.Cli.Options;

/// <summary><c>--keep</c>: where to keep what leaves compute of a document, for further readings of it.</summary>
internal sealed class KeepOption
{
    private readonly Option<string> keep;

    /// <summary>Adds the option to a command.</summary>
    public KeepOption(Command command, string byDefault)
    {
        keep = new("--keep")
        {
            Description = "Place to keep keys and values that do not depend on the question, for later questions: auto, none, device, host, or a file",
            DefaultValueFactory = _ => byDefault,
            HelpName = "WHERE",
        };
        command.Add(keep);
    }

    /// <summary>The cache asked for; null for none.</summary>
    /// <exception cref="HomerException">The file is there but holds no leaves, or is broken.</exception>
    public LeafCache? Create(ParseResult parsed, ContextRequest request, GenerationOptions? generation, long? budget = null) => parsed.GetValue(keep) switch
    {
        "none" => null,
        "device" => LeafCache.OnDevice(),
        "host" => LeafCache.OnHost(),
        "auto" => LeafCache.Automatic(request, generation, budget),
        _ => LeafCache.InFile(parsed.OutputPath(keep)),
    };

    /// <summary>Says what a reading found and left.</summary>
    public static void Report(LeafCache? leaves)
    {
        if (leaves is not null)
            Terminal.Note($"kept {Terminal.Bytes(leaves.Bytes)} of the document for further questions{(leaves.Reused > 0 ? $"; {leaves.Reused:N0} leaves were reused" : "")}");
    }
}
