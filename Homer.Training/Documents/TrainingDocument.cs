namespace Homer.Training.Documents;

/// <summary>A document in tokens with its questions and answers.</summary>
/// <param name="Ids">One token more than is read: each is predicted from those before it.</param>
/// <param name="Roles">What each token is for.</param>
internal sealed record TrainingDocument(int[] Ids, TokenRole[] Roles);
