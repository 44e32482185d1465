namespace Homer.Engine.Templates;

/// <summary>A conversation as a chat template writes it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Data">
/// The parts of the text that come from messages, tools, documents and other input: sorted, disjoint ranges of UTF-16 units. The names of
/// special tokens in them are text like any other; elsewhere the template wrote them and means the tokens.
/// </param>
public sealed record RenderedChat(string Text, IReadOnlyList<Range> Data);
