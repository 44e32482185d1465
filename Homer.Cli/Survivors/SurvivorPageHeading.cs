using Homer.Engine.Locations;

namespace Homer.Cli.Survivors;

/// <summary>The run that a page of survivors shows: its document, its model, the question and the answer.</summary>
/// <param name="DocumentPath">The document's path, or <c>-</c> for standard input.</param>
/// <param name="ModelFolder">The model's folder.</param>
/// <param name="Question">The suffix, which decided which tokens survived.</param>
/// <param name="Answer">The model's answer; null if none was generated.</param>
internal sealed record SurvivorPageHeading(string DocumentPath, string ModelFolder, string Question, string? Answer)
{
    /// <summary>The document's name as the page shows it.</summary>
    public string DocumentName => NameOf(DocumentPath);

    /// <summary>Returns the name of a document as the page shows it: that of the file, without its folder.</summary>
    public static string NameOf(string path) => path == "-" ? "standard input" : Path.GetFileName(path);

    /// <summary>The model's name as the page shows it: the last part of its folder.</summary>
    public string ModelName => ModelPath.NameOf(ModelFolder);
}
