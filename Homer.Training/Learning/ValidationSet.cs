using Homer.Engine.Randomness;
using Homer.Training.Documents;

namespace Homer.Training.Learning;

/// <summary>
/// Documents that are held out from training, equally many of three kinds: four facts and a pass key, one fact and a pass key, and neither.
/// </summary>
internal sealed class ValidationSet
{
    // No seed of a training document begins with this number: those are derived from the recipe's seed and two more numbers.
    private const int Seed = -1;

    private readonly Dictionary<int, TrainingDocument[]> documents = [];
    private readonly DocumentWriter writer;
    private readonly int count;

    /// <summary>Describes the documents; none is written yet.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="count">The number of documents of each kind.</param>
    public ValidationSet(DocumentWriter writer, int count)
    {
        this.writer = writer;
        this.count = count;
    }

    /// <summary>Returns the documents of a length. If it is at most 160 tokens, documents with several facts have no pass key.</summary>
    public IReadOnlyList<TrainingDocument> Of(int tokens)
    {
        if (!documents.TryGetValue(tokens, out TrainingDocument[]? found))
        {
            var several = new DocumentPlan(Cast: null, Facts: 4, Hiders: 4, Hidden: 4, HasKey: tokens > 160, Questions: 4);
            var one = new DocumentPlan(Cast: null, Facts: 1, Hiders: 1, Hidden: 1, HasKey: true, Questions: 1);
            var none = new DocumentPlan(Cast: null, Facts: 0, Hiders: 0, Hidden: 0, HasKey: false, Questions: 0);
            found =
            [
                .. new[] { several, one, none }.SelectMany((plan, kind) =>
                    Enumerable.Range(0, count).Select(i => writer.Write(DerivedSeed.Mix(Seed, tokens, kind, i), tokens, plan))),
            ];
            documents[tokens] = found;
        }

        return found;
    }
}
