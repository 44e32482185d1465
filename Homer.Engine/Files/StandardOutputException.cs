namespace Homer.Engine.Files;

/// <summary>Standard output takes no more, so that there is no use in going on.</summary>
/// <param name="sentence">What is wrong and what to do; null if its reader has seen enough and ended, as <c>head</c> does.</param>
/// <param name="inner">The error of the operating system.</param>
internal sealed class StandardOutputException(string? sentence, Exception inner) : Exception(sentence, inner)
{
    /// <summary>True if the reader has ended, which is no error to report.</summary>
    public bool HasNoReader { get; } = sentence is null;
}
