namespace Homer.Training.Documents;

/// <summary>A document in tokens with its questions and answers.</summary>
/// <param name="Ids">One token more than is read: each is predicted from those before it.</param>
/// <param name="Roles">What each token is for.</param>
/// <param name="Glances">Where answers are to be looked for.</param>
internal sealed record TrainingDocument(int[] Ids, TokenRole[] Roles, IReadOnlyList<Glance> Glances);

/// <summary>Where an answer is to be looked for.</summary>
/// <param name="At">The question's last token, which predicts the answer.</param>
/// <param name="Sources">The tokens before it that tell the answer.</param>
internal sealed record Glance(int At, int[] Sources);
