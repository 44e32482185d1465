using Homer.Engine.Evaluation.Scoring;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation.Scoring;

public sealed class NegativeLogLikelihoodTests
{
    [Fact]
    public void Equal_logits_cost_the_logarithm_of_the_vocabulary() =>
        Assert.Equal(Math.Log(1000), NegativeLogLikelihood.OfToken(new float[1000], 17), 1e-12);

    [Fact]
    public void The_probabilities_sum_to_one()
    {
        float[] logits = new Random(5).Normal(333, deviation: 4);
        Assert.Equal(1, Enumerable.Range(0, logits.Length).Sum(token => Math.Exp(-NegativeLogLikelihood.OfToken(logits, token))), 1e-12);
        Assert.Equal(logits[3] - logits[8], NegativeLogLikelihood.OfToken(logits, 8) - NegativeLogLikelihood.OfToken(logits, 3), 1e-9);
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        Assert.Equal(0, NegativeLogLikelihood.OfToken([3e38f, -3e38f], 0));
        Assert.Equal(2000, NegativeLogLikelihood.OfToken([1000, -1000], 1), 1e-9);
    }

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        NegativeLogLikelihood whole = new NegativeLogLikelihood(3 * Math.Log(8), 3) + new NegativeLogLikelihood(Math.Log(2), 1);
        Assert.Equal(4, whole.Tokens);
        Assert.Equal(Math.Log(1024), whole.Nats, 1e-12);
        Assert.Equal(Math.Pow(1024, 0.25), whole.Perplexity, 1e-12);
        Assert.True(double.IsNaN(default(NegativeLogLikelihood).Perplexity));
    }
}
