namespace Homer.Engine.Tokenizers;

/// <summary>Turns ids into text, one at a time.</summary>
internal abstract class TextStream
{
    /// <summary>Takes the next id and returns the text that is now complete.</summary>
    internal abstract string Append(int id);

    /// <summary>Ends the text and returns the rest of it.</summary>
    internal abstract string Flush();
}
