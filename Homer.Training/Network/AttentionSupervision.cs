using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Supervises the attention of one layer: at least one of its heads should attend to each target. The loss of a target is
/// −log(1 − Π over heads of (1 − p)), where p is the attention weight of the target's keys in a head.
/// </summary>
/// <remarks>
/// To bind a place to a person and an object, and to find it by both, two layers must work together, and neither helps alone: from answers
/// alone the model learns it late. And only what early layers attend to survives HOMER's pruning.
/// </remarks>
/// <param name="Kind">The kind of targets that the layer learns.</param>
/// <param name="Layer">The index of the layer.</param>
/// <param name="Weight">The weight of each target's loss.</param>
internal sealed unsafe record AttentionSupervision(AttentionTargetKind Kind, int Layer, float Weight)
{
    private const float Least = 1e-6f;

    /// <summary>Computes the loss of all targets of a sequence and its gradient with respect to one head's attention weights.</summary>
    /// <param name="targets">The targets of all kinds.</param>
    /// <param name="weights">The attention weights of all heads [heads, sequence, sequence].</param>
    /// <param name="heads">The number of heads.</param>
    /// <param name="sequence">The number of tokens.</param>
    /// <param name="head">The index of the head.</param>
    /// <param name="gradient">The gradient with respect to that head's weights [sequence, sequence]; added to.</param>
    /// <param name="lossScale">The factor of the loss in the gradient.</param>
    /// <returns>The weighted loss, without the factor.</returns>
    public double Differentiate(
        IReadOnlyList<AttentionTarget> targets, float* weights, int heads, int sequence, int head, float* gradient, float lossScale)
    {
        double loss = 0;
        foreach (AttentionTarget target in targets.Where(target => target.Kind == Kind))
        {
            float missed = 1, missedByOthers = 1;
            for (int h = 0; h < heads; h++)
            {
                float attended = 0;
                foreach (int key in target.Keys)
                    attended += weights[(((long)h * sequence) + target.Query) * sequence + key];
                float miss = Math.Max(0, 1 - attended);
                missed *= miss;
                missedByOthers *= h == head ? 1 : miss;
            }

            float found = Math.Max(Least, 1 - missed);
            foreach (int key in target.Keys)
                gradient[((long)target.Query * sequence) + key] -= Weight * lossScale * missedByOthers / found;
            loss -= Weight * Math.Log(found);
        }

        return loss;
    }
}
