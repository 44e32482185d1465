using System.Numerics.Tensors;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>The cross-entropy loss of the next token, and its gradient.</summary>
internal static class LossPass
{
    /// <summary>Computes the loss of one token and turns its logits into their gradient.</summary>
    /// <param name="logits">The logits [vocabulary]; become scale · (softmax − one-hot of the target).</param>
    /// <param name="target">The next token.</param>
    /// <param name="scale">The factor of the loss in the gradient.</param>
    /// <returns>The loss without the factor, and true if the target has the largest logit.</returns>
    public static (double Loss, bool Guessed) Differentiate(Span<float> logits, int target, float scale)
    {
        bool guessed = TensorPrimitives.IndexOfMax<float>(logits) == target;
        float most = TensorPrimitives.Max<float>(logits), own = logits[target] - most;
        TensorPrimitives.Subtract(logits, most, logits);
        TensorPrimitives.Exp(logits, logits);
        float sum = TensorPrimitives.Sum<float>(logits);
        TensorPrimitives.Multiply(logits, scale / sum, logits);
        logits[target] -= scale;
        return (Math.Log(sum) - own, guessed);
    }

    /// <summary>Computes the losses of all tokens of a micro-batch, weighted by role, and turns the logits into their gradient.</summary>
    /// <param name="logits">The logits [tokens, vocabulary]; become their gradient.</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="lossScale">The factor of the loss in the gradient.</param>
    /// <param name="tally">Receives the losses and the correct predictions, by role.</param>
    public static void Differentiate(Span<float> logits, MicroBatch batch, float lossScale, LossTally tally)
    {
        int vocabulary = logits.Length / batch.Tokens;
        bool key = true;
        for (int t = 0; t < batch.Tokens; t++)
        {
            TokenRole role = batch.Roles[t];
            Span<float> row = logits.Slice(t * vocabulary, vocabulary);
            (double loss, bool guessed) = Differentiate(row, batch.Targets[t], lossScale * role.Weight());
            tally.Add(role, loss, guessed);
            if (role is not (TokenRole.FirstDigit or TokenRole.OtherDigit))
                continue;
            key = guessed && (key || role == TokenRole.FirstDigit);
            if (t + 1 == batch.Tokens || batch.Roles[t + 1] != TokenRole.OtherDigit)
                tally.AddKey(key);
        }
    }
}
