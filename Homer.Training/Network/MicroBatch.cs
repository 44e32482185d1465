using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>Documents of one length that a worker takes through the network at once.</summary>
internal sealed class MicroBatch
{
    /// <summary>Puts documents side by side.</summary>
    /// <param name="documents">Documents of one length.</param>
    /// <param name="layers">The layers that they go through, in order.</param>
    /// <param name="blind">The first layers in which questions do not see what is told.</param>
    public MicroBatch(IReadOnlyList<TrainingDocument> documents, IReadOnlyList<int> layers, int blind = 0)
    {
        Documents = documents;
        Layers = layers;
        Blind = blind;
        Ids = [.. documents.SelectMany(document => document.Ids[..^1])];
        Targets = [.. documents.SelectMany(document => document.Ids[1..])];
        Roles = [.. documents.SelectMany(document => document.Roles[1..])];
    }

    public IReadOnlyList<TrainingDocument> Documents { get; }

    public IReadOnlyList<int> Layers { get; }

    /// <summary>The first layers in which questions do not see what is told, as in a chunk that does not tell it.</summary>
    public int Blind { get; }

    public int Sequences => Documents.Count;

    /// <summary>Tokens of a sequence.</summary>
    public int Sequence => Documents[0].Ids.Length - 1;

    public int Tokens => Ids.Length;

    public int[] Ids { get; }

    /// <summary>The token after each.</summary>
    public int[] Targets { get; }

    /// <summary>The roles of the targets.</summary>
    public TokenRole[] Roles { get; }

    /// <summary>What all predictions count for together.</summary>
    public double Weight => Roles.Sum(role => (double)role.Weight());
}
