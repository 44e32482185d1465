using Homer.Kernels.MatMul.Cpu;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Multi-token prediction (Gloeckle et al. 2024, arXiv 2404.19737): extra heads predict the later digits of a pass key from the position
/// that predicts its first. The last token of the question then attends to the whole key, so that pruning by its attention keeps all
/// digits.
/// </summary>
internal sealed unsafe class MultiTokenPrediction : IDisposable
{
    /// <summary>The weight of each digit's loss.</summary>
    public const float Weight = 2;

    private readonly ParameterLayout layout;
    private readonly PackedWeights packed;
    private readonly FloatBlock rows;
    private readonly FloatBlock panels;
    private readonly FloatBlock logits;
    private readonly FloatBlock rowGradient;
    private readonly int capacity;

    /// <summary>Allocates scratch memory.</summary>
    /// <param name="layout">The layout of the parameters.</param>
    /// <param name="packed">The packed matrices.</param>
    /// <param name="tokens">The number of tokens of the largest micro-batch; a quarter of them may be first digits.</param>
    public MultiTokenPrediction(ParameterLayout layout, PackedWeights packed, int tokens)
    {
        this.layout = layout;
        this.packed = packed;
        capacity = Math.Max(1, tokens / 4);
        int width = layout.Config.HiddenSize;
        rows = new(capacity * width);
        panels = new(capacity * width);
        rowGradient = new(capacity * width);
        logits = new(capacity * layout.Config.VocabularySize);
    }

    /// <summary>Computes the loss of all extra heads, and adds the gradients of the heads and of the final hidden states.</summary>
    /// <param name="hidden">The normalized final hidden states [tokens, width].</param>
    /// <param name="hiddenGradient">Their gradient [tokens, width]; added to.</param>
    /// <param name="gradient">The gradient of all parameters; added to.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="lossScale">The factor of the loss in the gradient.</param>
    /// <returns>The weighted loss, without the factor.</returns>
    public double Differentiate(float* hidden, float* hiddenGradient, FloatBlock gradient, MicroBatch batch, float lossScale)
    {
        int width = layout.Config.HiddenSize, vocabulary = layout.Config.VocabularySize;
        double total = 0;
        for (int k = 1; k <= layout.ExtraHeads.Count; k++)
        {
            int[] positions = [.. Enumerable.Range(0, batch.Tokens).Where(t => PredictsDigit(batch, t, k)).Take(capacity)];
            int n = positions.Length;
            if (n == 0)
                continue;
            ParameterTensor head = layout.ExtraHeads[k - 1];
            for (int i = 0; i < n; i++)
                new Span<float>(hidden + (positions[i] * width), width).CopyTo(rows.Span.Slice(i * width, width));
            packed.Forward(head, rows.Pointer, logits.Pointer, n);
            for (int i = 0; i < n; i++)
            {
                Span<float> row = logits.Span.Slice(i * vocabulary, vocabulary);
                total += Weight * LossPass.Differentiate(row, batch.Targets[positions[i] + k], Weight * lossScale).Loss;
            }

            PackedGemm.Best.Pack(new(rows.Pointer, width), n, width, panels.Pointer);
            PackedGemm.Best.Multiply(
                new StridedMatrix(logits.Pointer, vocabulary).Transposed,
                new(panels.Pointer, n),
                new(gradient.Pointer + head.Offset, width),
                vocabulary,
                n,
                width,
                add: true);
            packed.Backward(head, logits.Pointer, rowGradient.Pointer, n);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < width; j++)
                    hiddenGradient[(positions[i] * width) + j] += rowGradient.Pointer[(i * width) + j];
            }
        }

        return total;
    }

    public void Dispose()
    {
        rows.Dispose();
        panels.Dispose();
        logits.Dispose();
        rowGradient.Dispose();
    }

    /// <summary>
    /// Returns true if position t predicts the first digit of a key, and the target k positions later is another digit of it.
    /// </summary>
    private static bool PredictsDigit(MicroBatch batch, int t, int k) =>
        batch.Roles[t] == TokenRole.FirstDigit && (t % batch.Sequence) + k < batch.Sequence
        && batch.Roles.AsSpan(t + 1, k).IndexOfAnyExcept(TokenRole.OtherDigit) < 0;
}
