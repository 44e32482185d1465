namespace Homer.Kernels.Sampling;

// Tour: docs/kernels.md#sampler-and-confidence
/// <summary>The repetition penalty of one logit (Keskar et al. 2019, arXiv 1909.05858), for all bodies.</summary>
internal static class RepetitionPenalty
{
    /// <summary>Returns the penalized logit.</summary>
    public static float Apply(float logit, float penalty) => logit > 0 ? logit / penalty : logit * penalty;
}
