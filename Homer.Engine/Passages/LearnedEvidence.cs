namespace Homer.Engine.Passages;

/// <summary>The shares of a question that passages supply, as they were learned of a model.</summary>
/// <param name="Answering">The least share of a passage that answers.</param>
/// <param name="Related">The least share of a passage that has to do with the question: ordinary text has less.</param>
public readonly record struct LearnedEvidence(double Answering, double Related);
