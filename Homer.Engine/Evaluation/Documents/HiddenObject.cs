namespace Homer.Engine.Evaluation.Documents;

/// <summary>
/// A fact that a document states once and is asked about: who hid an object where. homer-mini was trained on these phrases.
/// </summary>
/// <param name="Person">The person who hid the object.</param>
/// <param name="Thing">The object.</param>
/// <param name="Place">The place where it is hidden, which is the answer.</param>
public sealed record HiddenObject(string Person, string Thing, string Place)
{
    /// <summary>The sentence that states the fact.</summary>
    public string Sentence => $"It was {Person} who hid the {Thing} in the {Place}.";

    /// <summary>The question that asks for the place.</summary>
    public string Question => $"Where did {Person} hide the {Thing}?";

    /// <summary>The beginning of the answer, up to and including the space before the place.</summary>
    public string Cue => $"{Person} hid the {Thing} in the ";
}
