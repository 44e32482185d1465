namespace Homer.Training.Documents;

/// <summary>The role of a token in a document, which decides the weight of its prediction and under what it is reported.</summary>
internal enum TokenRole : byte
{
    /// <summary>The fixed text of the prompt template: the prefix and the words around questions.</summary>
    Template,

    /// <summary>The text of the document.</summary>
    Text,

    /// <summary>The words of an answer that follow from the question, and the full stop after it.</summary>
    Cue,

    /// <summary>The token after an answer, in documents that teach how to end: the next question, or the end of the sequence.</summary>
    End,

    /// <summary>The place that a question asks for, in a document with one fact.</summary>
    OnlyFact,

    /// <summary>The place that a question asks for, in a document with several facts.</summary>
    Fact,

    /// <summary>The first digit of a pass key in an answer.</summary>
    FirstDigit,

    /// <summary>The other digits of a pass key in an answer.</summary>
    OtherDigit,
}

/// <summary>The weights of predictions by role.</summary>
internal static class TokenRoles
{
    /// <summary>Returns the weight of a prediction in the loss.</summary>
    public static float Weight(this TokenRole role) => role switch
    {
        TokenRole.Template => 0.1f,
        TokenRole.Cue => 0.3f,
        TokenRole.Text => 0.5f,
        TokenRole.End => 2,
        TokenRole.OnlyFact or TokenRole.Fact => 6,
        TokenRole.FirstDigit => 4.5f,
        _ => 4,
    };

    /// <summary>The number of roles.</summary>
    public static int Count => Enum.GetValues<TokenRole>().Length;
}
