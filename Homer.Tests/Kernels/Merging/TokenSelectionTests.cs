using Homer.Kernels.Devices;
using Homer.Kernels.Merging;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Merging;

public sealed class TokenSelectionTests : DeviceTests
{
    [Theory, EveryDevice]
    public void Keeps_affixes_and_the_best_of_the_context(string name) => Selects(name, (random, tokens) => random.Normal(tokens));

    [Theory, EveryDevice]
    public void Breaks_ties_towards_the_start(string name) =>
        Selects(name, (random, tokens) => [.. random.Below(tokens, 3).Select(x => (float)x)]);

    [Theory, EveryDevice]
    public void Ranks_tokens_that_have_no_score_last(string name) =>
        Selects(name, (random, tokens) => [.. random.Normal(tokens).Select(x => x < 0.5f ? float.NegativeInfinity : x)]);

    private void Selects(string name, Func<Random, int, float[]> score)
    {
        ComputeDevice device = Open(name);
        var selection = new TokenSelection(device);
        var random = new Random(1);
        foreach ((int tokens, int target, int prefix, int suffix) in new[]
        {
            (1, 1, 0, 1), (2, 1, 0, 1), (7, 3, 1, 2), (7, 6, 1, 2), (7, 7, 1, 2), (33, 20, 3, 4), (33, 1, 0, 0), (172, 100, 10, 7),
            (300, 17, 0, 16), (515, 258, 100, 33),
        })
        {
            foreach (int pooling in new[] { 1, 3, 11 })
            {
                float[] scores = score(random, tokens);
                using var significance = new CanaryBuffer<float>(device, scores);
                using var ranks = new CanaryBuffer<int>(device, tokens);
                using var pooled = new CanaryBuffer<float>(device, tokens);
                using var kept = new CanaryBuffer<int>(device, target);
                selection.Launch(kept.View, significance.View, (ranks.View, pooled.View), new(tokens, prefix, suffix), target, pooling);
                int[] survivors = kept.Read(), expected = Reference.Select(scores, target, prefix, suffix, pooling);
                Assert.True(
                    expected.AsSpan().SequenceEqual(survivors),
                    $"{target} of {tokens} tokens, affixes {prefix} and {suffix}, pooling {pooling}: " +
                    $"[{string.Join(' ', survivors)}], not [{string.Join(' ', expected)}]");
                Assert.Equal(scores, significance.Read());
                ranks.Read();
                pooled.Read();
            }
        }
    }
}
