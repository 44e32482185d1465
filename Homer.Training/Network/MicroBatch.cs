using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>Documents of equal length that go through the network together.</summary>
internal sealed class MicroBatch
{
    /// <summary>Joins documents.</summary>
    /// <param name="documents">The documents, all of one length.</param>
    /// <param name="layers">The indices of the layers that they go through, ascending.</param>
    /// <param name="maskedLayers">The number of first layers in which questions do not see the sentences that state facts.</param>
    public MicroBatch(IReadOnlyList<TrainingDocument> documents, IReadOnlyList<int> layers, int maskedLayers = 0)
    {
        Documents = documents;
        Layers = layers;
        MaskedLayers = maskedLayers;
        Ids = [.. documents.SelectMany(document => document.Ids[..^1])];
        Targets = [.. documents.SelectMany(document => document.Ids[1..])];
        Roles = [.. documents.SelectMany(document => document.Roles[1..])];
    }

    public IReadOnlyList<TrainingDocument> Documents { get; }

    /// <summary>The indices of the layers that the documents go through; the others are dropped.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>
    /// The number of first layers in which questions do not see the sentences that state facts, as in a chunk that does not contain the
    /// answer.
    /// </summary>
    public int MaskedLayers { get; }

    public int Sequences => Documents.Count;

    /// <summary>The number of tokens in a sequence.</summary>
    public int Sequence => Documents[0].Ids.Length - 1;

    /// <summary>The number of tokens in all sequences.</summary>
    public int Tokens => Ids.Length;

    /// <summary>The tokens of all sequences [tokens].</summary>
    public int[] Ids { get; }

    /// <summary>The token that follows each token [tokens].</summary>
    public int[] Targets { get; }

    /// <summary>The roles of <see cref="Targets"/> [tokens].</summary>
    public TokenRole[] Roles { get; }

    /// <summary>The sum of the weights of all predictions.</summary>
    public double Weight => Roles.Sum(role => (double)role.Weight());
}
