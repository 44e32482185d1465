namespace Homer.Engine.Reading;

/// <summary>A further reading of a document, because the model was unsure of the next token.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Most">The most further readings for this answer.</param>
/// <param name="Token">The most probable token, which the model was unsure of.</param>
public sealed record FurtherReading(int Number, int Most, int Token);
