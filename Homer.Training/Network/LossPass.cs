using System.Numerics.Tensors;
using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>Cross entropy of the next token.</summary>
internal static class LossPass
{
    /// <summary>Turns logits into the gradient of their cost.</summary>
    /// <param name="logits">A token's logits; become factor · (softmax − one at the target).</param>
    /// <param name="target">The token that follows.</param>
    /// <param name="factor">What the cost counts for.</param>
    /// <returns>The cost, and whether the target has the largest logit.</returns>
    public static (double Cost, bool Guessed) Differentiate(Span<float> logits, int target, float factor)
    {
        bool guessed = TensorPrimitives.IndexOfMax<float>(logits) == target;
        float most = TensorPrimitives.Max<float>(logits), own = logits[target] - most;
        TensorPrimitives.Subtract(logits, most, logits);
        TensorPrimitives.Exp(logits, logits);
        float sum = TensorPrimitives.Sum<float>(logits);
        TensorPrimitives.Multiply(logits, factor / sum, logits);
        logits[target] -= factor;
        return (Math.Log(sum) - own, guessed);
    }

    /// <summary>The same for all tokens of a micro-batch, counted by role.</summary>
    /// <param name="logits">[tokens, vocabulary].</param>
    /// <param name="batch">The micro-batch.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <param name="tally">Where to count.</param>
    public static void Differentiate(Span<float> logits, MicroBatch batch, float unit, LossTally tally)
    {
        int vocabulary = logits.Length / batch.Tokens;
        bool key = true;
        for (int t = 0; t < batch.Tokens; t++)
        {
            TokenRole role = batch.Roles[t];
            (double cost, bool guessed) = Differentiate(logits.Slice(t * vocabulary, vocabulary), batch.Targets[t], unit * role.Weight());
            tally.Add(role, cost, guessed);
            if (role is not (TokenRole.KeyBegin or TokenRole.KeyRest))
                continue;
            key = guessed && (key || role == TokenRole.KeyBegin);
            if (t + 1 == batch.Tokens || batch.Roles[t + 1] != TokenRole.KeyRest)
                tally.AddKey(key);
        }
    }
}
