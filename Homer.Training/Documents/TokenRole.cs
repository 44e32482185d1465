namespace Homer.Training.Documents;

/// <summary>What a token is for: how much its prediction counts, and under what it is reported.</summary>
internal enum TokenRole : byte
{
    /// <summary>The same in every document: the prefix and the frame of questions.</summary>
    Frame,

    /// <summary>The document.</summary>
    Text,

    /// <summary>The beginning of an answer, which follows from the question.</summary>
    Cue,

    /// <summary>What comes after an answer, where documents end as they should: the next question, or the end of the sequence.</summary>
    End,

    /// <summary>The place that a question asks for, when the document tells of one hidden thing.</summary>
    OnlyFact,

    /// <summary>The same when it tells of several.</summary>
    Fact,

    /// <summary>The first digit of a pass key.</summary>
    KeyBegin,

    /// <summary>Its other digits.</summary>
    KeyRest,
}

/// <summary>What a prediction counts for.</summary>
internal static class TokenRoles
{
    /// <summary>What a role's predictions count for.</summary>
    public static float Weight(this TokenRole role) => role switch
    {
        TokenRole.Frame => 0.1f,
        TokenRole.Cue => 0.3f,
        TokenRole.Text => 0.5f,
        TokenRole.End => 2,
        TokenRole.OnlyFact or TokenRole.Fact => 6,
        TokenRole.KeyBegin => 4.5f,
        _ => 4,
    };

    /// <summary>Roles, for counting by them.</summary>
    public static int Count => Enum.GetValues<TokenRole>().Length;
}
