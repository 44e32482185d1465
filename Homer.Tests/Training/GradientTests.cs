using Homer.Kernels.Devices;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Tests.Training;

/// <summary>Compares the hand-written gradient with finite differences of the loss.</summary>
public sealed class GradientTests
{
    private const int Tokens = 64;
    private const int ExtraHeads = 2;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_tensor_has_the_gradient_that_differences_give(int maskedLayers)
    {
        using var lifetime = new Lifetime();
        var layout = new ParameterLayout(TinyTraining.Config, ExtraHeads);
        FloatBlock parameters = lifetime.Own(new FloatBlock(layout.Length));
        PackedWeights packed = lifetime.Own(new PackedWeights(layout));
        NetworkPass pass = lifetime.Own(new NetworkPass(layout, parameters, packed, Tokens, TinyTraining.Supervisions));
        ParameterInitialization.Fill(layout, parameters, seed: 3);
        foreach (ParameterTensor norm in layout.Tensors.Where(tensor => tensor.IsNorm))
        {
            for (int i = 0; i < norm.Length; i++)
                parameters.Span[norm.Offset + i] = 1 + (0.3f * MathF.Sin(i));
        }

        // Two sequences; the middle layer is dropped.
        MicroBatch batch = TinyTraining.Batch(sequences: 2, tokens: 32, layers: [0, 2], maskedLayers);
        packed.Pack(parameters, 0, 1);
        pass.Differentiate(batch, 1, new LossTally());
        float[] gradient = pass.Gradient.Span.ToArray();
        var random = new Random(11);
        foreach (ParameterTensor tensor in layout.Tensors)
        {
            // Along a random direction, where rounding errors matter less than for a single parameter.
            float[] direction = [.. Enumerable.Range(0, tensor.Length).Select(_ => random.Next(2) == 0 ? 1f : -1f)];
            double expected = (Loss(tensor, direction, 1e-3f) - Loss(tensor, direction, -1e-3f)) / 2e-3, actual = 0;
            for (int i = 0; i < direction.Length; i++)
                actual += (double)gradient[tensor.Offset + i] * direction[i];
            double size = Math.Sqrt(gradient.AsSpan(tensor.Offset, tensor.Length).ToArray().Sum(g => (double)g * g));
            Assert.True(
                Math.Abs(expected - actual) < (0.02 * size) + 1e-2,
                $"{tensor.Name ?? "extra head"} {tensor.Offset}: {expected} by differences, {actual} by the gradient of norm {size}.");
        }

        double Loss(ParameterTensor tensor, float[] direction, float step)
        {
            float[] kept = parameters.Of(tensor).ToArray();
            for (int i = 0; i < kept.Length; i++)
                parameters.Span[tensor.Offset + i] += step * direction[i];
            packed.Pack(parameters, 0, 1);
            var tally = new LossTally();
            double extra = pass.Differentiate(batch, 0, tally);
            kept.CopyTo(parameters.Of(tensor));
            return extra + batch.Roles.CountBy(role => role).Sum(role => tally.MeanLoss(role.Key) * role.Key.Weight() * role.Value);
        }
    }
}
