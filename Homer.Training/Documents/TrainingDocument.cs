namespace Homer.Training.Documents;

/// <summary>A document in tokens with its questions and answers, annotated for training.</summary>
/// <param name="Ids">The tokens, one more than the model reads: each is predicted from those before it.</param>
/// <param name="Roles">The role of each token.</param>
/// <param name="AttentionTargets">The tokens that certain tokens should attend to.</param>
/// <param name="FactSpans">The sentences that state facts or the pass key.</param>
/// <param name="QuestionStart">The index of the first token of the first question.</param>
internal sealed record TrainingDocument(
    int[] Ids, TokenRole[] Roles, IReadOnlyList<AttentionTarget> AttentionTargets, IReadOnlyList<Range> FactSpans, int QuestionStart);

/// <summary>Tokens that a token should attend to.</summary>
/// <param name="Kind">The purpose of attending to them.</param>
/// <param name="Query">The index of the token that attends.</param>
/// <param name="Keys">The indices of the tokens to attend to, all before the query; any one of them is enough.</param>
internal sealed record AttentionTarget(AttentionTargetKind Kind, int Query, int[] Keys);

/// <summary>The steps of finding an answer.</summary>
internal enum AttentionTargetKind
{
    /// <summary>
    /// Binds what belongs together: a place, and the last token of a question, attend to the person and the object; a digit attends to the
    /// previous digit.
    /// </summary>
    Bind,

    /// <summary>Retrieves the next token of the answer: the last token of a question and each digit of an answer attend to it.</summary>
    Retrieve,

    /// <summary>
    /// Retains the answer: the last token of a question attends to every token of it, so that pruning by its attention keeps all.
    /// </summary>
    Retain,
}
