using System.CommandLine;
using Homer.Cli.Output;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Cli.Options;

/// <summary>The option <c>--keep</c>: the place where the leaves of a document are kept for further readings of it.</summary>
internal sealed class KeepOption
{
    private readonly Option<string> keep;

    /// <summary>Adds the option to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="byDefault">The place that is taken where none is given.</param>
    public KeepOption(Command command, string byDefault)
    {
        keep = new("--keep")
        {
            Description = "Place to keep keys and values that do not depend on the question, for later questions: "
                + "auto, none, device, host, or a file",
            DefaultValueFactory = _ => byDefault,
            HelpName = "WHERE",
        };
        command.Add(keep);
    }

    /// <summary>Refuses a file that cannot keep leaves, before anything is read.</summary>
    /// <exception cref="HomerException">The file cannot be written, or it is there and holds no leaves.</exception>
    public void Check(ParseResult parsed)
    {
        if (IsFile(parsed.GetValue(keep)))
            LeafStore.RequireReplaceable(parsed.OutputPath(keep, OutputForm.Binary));
    }

    /// <summary>Keeps the leaves of a reader in the place that was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="reader">The reader.</param>
    /// <param name="readsAgain">Whether leaves can be of use where no place was given.</param>
    /// <returns>The store, which the caller disposes; null if nothing is kept.</returns>
    /// <exception cref="HomerException">The file exists but holds no leaves, or is damaged.</exception>
    public LeafStore? Apply(ParseResult parsed, DocumentReader reader, bool readsAgain = true)
    {
        if (reader.Method is not IChunkedMethod || (!readsAgain && parsed.GetResult(keep) is not { Implicit: false }))
            return null;
        string? place = parsed.GetValue(keep);
        if (place == "auto")
            return reader.KeepAutomatically();
        LeafStore? leaves = place switch
        {
            "none" => null,
            "device" => LeafStore.OnDevice(),
            "host" => LeafStore.OnHost(),
            _ => LeafStore.InFile(place!),
        };
        reader.Keep(leaves, fitChunks: true);
        return leaves;
    }

    /// <summary>
    /// Reports the number of bytes that a reading kept and the number of leaves that it reused. Only a file outlives the command, for
    /// further questions; elsewhere leaves are kept in case that the document is read again.
    /// </summary>
    public void Report(ParseResult parsed, LeafStore? leaves)
    {
        if (leaves is null)
            return;
        string purpose = IsFile(parsed.GetValue(keep)) ? "questions" : "readings";
        string reused = leaves.Reused > 0 ? $"; {leaves.Reused:N0} leaves were reused" : "";
        string instead = parsed.GetResult(keep) is { Implicit: false } ? "" : "; --keep none keeps nothing";
        Terminal.Note($"kept {Terminal.Bytes(leaves.Bytes)} of the document for further {purpose}{reused}{instead}");
    }

    private static bool IsFile(string? place) => place is not (null or "auto" or "none" or "device" or "host");
}
