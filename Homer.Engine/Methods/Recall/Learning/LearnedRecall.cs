using Homer.Engine.Calibration;

namespace Homer.Engine.Methods.Recall.Learning;

/// <summary>The settings of recall that were learned of a model, and how well they find.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Found">For numbers of tokens, the share of the answers that are among as many.</param>
/// <param name="Heads">The best heads, each with how far answers are ahead by it alone, in deviations.</param>
public sealed record LearnedRecall(
    RecallSettings Settings, IReadOnlyList<(int Tokens, double Share)> Found, IReadOnlyList<(RecallHead Head, double Margin)> Heads);
