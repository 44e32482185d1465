namespace Homer.Engine.Tokenizers.Documents;

/// <summary>Takes the sections of a text, what lies between added tokens, in pieces.</summary>
internal interface ISectionStage
{
    /// <summary>Takes the next piece of a section.</summary>
    /// <param name="text">The piece.</param>
    /// <param name="isAtStart">Whether the section is the beginning of the whole text.</param>
    void Take(string text, bool isAtStart);

    /// <summary>Ends a section, if one has begun.</summary>
    void End();
}
