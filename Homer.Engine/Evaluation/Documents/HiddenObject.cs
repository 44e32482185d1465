namespace Homer.Engine.Evaluation.Documents;

/// <summary>A fact that a document tells once and is asked about, in the words that homer-mini was trained on.</summary>
/// <param name="Person">Who hid it.</param>
/// <param name="Thing">What was hidden.</param>
/// <param name="Place">Where: the answer.</param>
public sealed record HiddenObject(string Person, string Thing, string Place)
{
    /// <summary>The sentence that tells it.</summary>
    public string Sentence => $"It was {Person} who hid the {Thing} in the {Place}.";

    /// <summary>The question.</summary>
    public string Question => $"Where did {Person} hide the {Thing}?";

    /// <summary>The answer up to the word that matters, which follows.</summary>
    public string Cue => $"{Person} hid the {Thing} in the ";
}
