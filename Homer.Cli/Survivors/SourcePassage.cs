namespace Homer.Cli.Survivors;

/// <summary>A passage that an answer rests on, and the tokens of the page's text that it consists of.</summary>
/// <param name="File">The name of the file, without its folder.</param>
/// <param name="Line">The line in which it begins, from 1.</param>
/// <param name="Text">The quote.</param>
/// <param name="First">The first of its tokens.</param>
/// <param name="End">The token after its last.</param>
internal sealed record SourcePassage(string File, int Line, string Text, int First, int End);
