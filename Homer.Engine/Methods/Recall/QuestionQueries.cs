namespace Homer.Engine.Methods.Recall;

/// <summary>The queries of a question's tokens before RoPE.</summary>
/// <param name="Elements">[heads, tokens, head_dim].</param>
/// <param name="Tokens">The number of tokens.</param>
public sealed record QuestionQueries(float[] Elements, int Tokens);
