namespace Homer.Training.Documents;

/// <summary>A document in tokens with its questions and answers.</summary>
/// <param name="Ids">One token more than is read: each is predicted from those before it.</param>
/// <param name="Roles">What each token is for.</param>
/// <param name="Glances">What tokens should attend to.</param>
/// <param name="Tellings">Where the sentences are that tell what may be asked for.</param>
/// <param name="Questions">Where the questions begin.</param>
internal sealed record TrainingDocument(int[] Ids, TokenRole[] Roles, IReadOnlyList<Glance> Glances, IReadOnlyList<Range> Tellings, int Questions);

/// <summary>What a token should attend to.</summary>
/// <param name="Kind">What for.</param>
/// <param name="At">The token.</param>
/// <param name="Sources">The tokens before it; any of them will do.</param>
internal sealed record Glance(GlanceKind Kind, int At, int[] Sources);

/// <summary>The steps of finding an answer.</summary>
internal enum GlanceKind
{
    /// <summary>A place, and the last token of a question, take note of the person and the thing they belong to, and a digit of the one before it.</summary>
    Bind,

    /// <summary>The last token of a question looks for a token that tells the answer, and a digit of an answer for the next one.</summary>
    Look,

    /// <summary>The last token of a question looks at every token of the answer, so that what prunes by its attention keeps them all.</summary>
    Keep,
}
