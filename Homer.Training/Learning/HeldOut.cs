using Homer.Engine.Randomness;
using Homer.Training.Documents;

namespace Homer.Training.Learning;

/// <summary>Documents that training never sees: of four facts and a pass key, of one fact and a pass key, and of none.</summary>
internal sealed class HeldOut
{
    // Training mixes three numbers, the recipe's seed first.
    private const int Seed = -1;

    private readonly Dictionary<int, TrainingDocument[]> documents = [];
    private readonly DocumentWriter writer;
    private readonly int count;

    /// <summary>Describes the documents.</summary>
    /// <param name="writer">Who writes them.</param>
    /// <param name="count">How many of each kind.</param>
    public HeldOut(DocumentWriter writer, int count)
    {
        this.writer = writer;
        this.count = count;
    }

    /// <summary>The documents of a length; where it is short, those of several facts have no key.</summary>
    public IReadOnlyList<TrainingDocument> Of(int tokens)
    {
        if (!documents.TryGetValue(tokens, out TrainingDocument[]? found))
        {
            DocumentPlan several = new(null, 4, 4, 4, tokens > 160, 4), one = new(null, 1, 1, 1, true, 1), none = new(null, 0, 0, 0, false, 0);
            documents[tokens] = found = [.. new[] { several, one, none }.SelectMany((plan, kind) =>
                Enumerable.Range(0, count).Select(i => writer.Write(DerivedSeed.Mix(Seed, tokens, kind, i), tokens, plan)))];
        }

        return found;
    }
}
