using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Evaluation.Scoring;
using Homer.Engine.Models;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;
using Homer.Tests.Golden;
using Homer.Tests.Support;

namespace Homer.Tests.Models;

public sealed class WeightPrecisionTests : DeviceTests
{
    private const int Tokens = 400;

    [Fact]
    public void Eight_bits_hardly_change_the_perplexity_of_a_chronicle() =>
        AssertCloseInPerplexity(RepositoryFiles.HomerMini, VillageChronicle.Write(7, 4000, 0.5).Text);

    [Fact]
    public void Eight_bits_hardly_change_the_perplexity_of_real_text() => AssertCloseInPerplexity(
        SharedData.Require("models/stories260K"), File.ReadAllText(SharedData.Require("texts/tinystories-valid-head.txt"))[..4000]);

    /// <summary>Checks rounded activations; without tensor cores the results are equal to the bit.</summary>
    [Theory, EveryDevice]
    public void Rounded_activations_hardly_change_the_perplexity_of_a_chronicle(string name)
    {
        ComputeDevice device = Open(name);
        string chronicle = VillageChronicle.Write(7, 4000, 0.5).Text;
        int[] tokens = [.. TokenizerLoader.Load(RepositoryFiles.HomerMini).Encode(chronicle, beginOfSequence: true).Take(Tokens)];
        double full = Perplexity(ActivationPrecision.Full), rounded = Perplexity(ActivationPrecision.Rounded);
        Assert.InRange(rounded, full * 0.99, full * 1.01);
        if (!device.HasTensorCores)
            Assert.Equal(full, rounded);

        double Perplexity(ActivationPrecision activations)
        {
            using var model = TransformerModel.Load(RepositoryFiles.HomerMini, device, activations: activations);
            return new NegativeLogLikelihood(Cost(model, tokens, atOnce: true), tokens.Length - 1).Perplexity;
        }
    }

    [Theory]
    [InlineData("random-gqa")]
    [InlineData("random-mha-tied")]
    public void Memory_is_as_told(string name)
    {
        ComputeDevice device = Open("cpu");
        string folder = GoldenCase.Model(name);
        foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
        {
            using var model = TransformerModel.Load(folder, device, precision);
            Assert.Equal(TransformerModel.WeightsBytes(folder, precision), device.Memory.InUse);
        }
    }

    [Fact]
    public void Caches_of_rounded_weights_are_not_taken_for_those_of_stored_ones()
    {
        ComputeDevice device = Open("cpu");
        using var stored = TransformerModel.Load(RepositoryFiles.HomerMini, device);
        using var rounded = TransformerModel.Load(RepositoryFiles.HomerMini, device, WeightPrecision.Int8);
        Assert.NotEqual(stored.Fingerprint, rounded.Fingerprint);
    }

    /// <summary>Compares perplexities of prefill, which widens eight-bit weights, and of decode, which also rounds activations.</summary>
    private void AssertCloseInPerplexity(string folder, string text)
    {
        ComputeDevice device = Open("cpu");
        int[] tokens = [.. TokenizerLoader.Load(folder).Encode(text, beginOfSequence: true).Take(Tokens)];
        foreach (bool atOnce in new[] { true, false })
        {
            double stored = Perplexity(WeightPrecision.Stored), rounded = Perplexity(WeightPrecision.Int8);
            Assert.InRange(rounded, stored * 0.99, stored * 1.01);
            Assert.NotEqual(stored, rounded);

            double Perplexity(WeightPrecision precision)
            {
                using var model = TransformerModel.Load(folder, device, precision);
                return new NegativeLogLikelihood(Cost(model, tokens, atOnce), tokens.Length - 1).Perplexity;
            }
        }
    }

    private static double Cost(TransformerModel model, int[] tokens, bool atOnce)
    {
        using KvContext context = KvContext.Create(model, RopeScaling.None, tokens.Length);
        int vocabulary = model.Config.VocabularySize, next = 1;
        double cost = 0;
        foreach (int[] piece in tokens[..^1].Chunk(atOnce ? tokens.Length : 1))
        {
            context.Append(piece, observe: logits =>
            {
                for (int i = 0; i < logits.Length; i += vocabulary)
                    cost += NegativeLogLikelihood.OfToken(logits.AsSpan(i, vocabulary), tokens[next++]);
            });
        }

        return cost;
    }
}
