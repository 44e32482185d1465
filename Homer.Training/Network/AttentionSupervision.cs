using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>
/// Teaches an early layer what to attend to, with any of its heads. The cost of a glance is −log(1 − Π over heads of (1 − p)), p being what a head
/// attends to the glance's sources. Binding a place to a person and a thing, and finding it by both, takes two layers that are useless without
/// each other, so that answers alone teach it late; and what is looked for in early layers is what HOMER keeps.
/// </summary>
/// <param name="Kind">The glances that are taught.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Weight">What a glance counts for.</param>
internal sealed unsafe record AttentionSupervision(GlanceKind Kind, int Layer, float Weight)
{
    private const float Least = 1e-6f;

    /// <summary>The cost of all glances of a sequence, and of a head's weights the gradient.</summary>
    /// <param name="glances">What tokens should attend to, of every kind.</param>
    /// <param name="weights">What all heads attend to [heads, sequence, sequence].</param>
    /// <param name="heads">Heads.</param>
    /// <param name="sequence">Tokens.</param>
    /// <param name="head">The head.</param>
    /// <param name="gradient">The gradient of its weights [sequence, sequence]; added to.</param>
    /// <param name="unit">What a cost of weight one counts for.</param>
    /// <returns>The weighted cost.</returns>
    public double Differentiate(IReadOnlyList<Glance> glances, float* weights, int heads, int sequence, int head, float* gradient, float unit)
    {
        double cost = 0;
        foreach (Glance glance in glances.Where(glance => glance.Kind == Kind))
        {
            float missed = 1, missedByOthers = 1;
            for (int h = 0; h < heads; h++)
            {
                float seen = 0;
                foreach (int source in glance.Sources)
                    seen += weights[(((long)h * sequence) + glance.At) * sequence + source];
                float miss = Math.Max(0, 1 - seen);
                missed *= miss;
                missedByOthers *= h == head ? 1 : miss;
            }

            float found = Math.Max(Least, 1 - missed);
            foreach (int source in glance.Sources)
                gradient[((long)glance.At * sequence) + source] -= Weight * unit * missedByOthers / found;
            cost -= Weight * Math.Log(found);
        }

        return cost;
    }
}
