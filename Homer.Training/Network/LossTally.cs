using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>Sums of losses (−ln p) and counts of correct predictions, by the role of the predicted token.</summary>
internal sealed class LossTally
{
    private readonly double[] loss = new double[TokenRoles.Count];
    private readonly int[] right = new int[TokenRoles.Count];
    private readonly int[] count = new int[TokenRoles.Count];

    /// <summary>The mean loss of a prediction, weighted by role.</summary>
    public double Loss => Enumerable.Range(0, loss.Length).Sum(i => loss[i] * ((TokenRole)i).Weight())
        / Math.Max(1e-9, Enumerable.Range(0, loss.Length).Sum(i => (double)count[i] * ((TokenRole)i).Weight()));

    /// <summary>The number of pass keys whose digits were all predicted, and the number of all pass keys.</summary>
    public (int Right, int Count) Keys { get; private set; }

    /// <summary>Adds a prediction.</summary>
    public void Add(TokenRole role, double tokenLoss, bool guessed)
    {
        loss[(int)role] += tokenLoss;
        count[(int)role]++;
        right[(int)role] += guessed ? 1 : 0;
    }

    /// <summary>Adds a pass key.</summary>
    /// <param name="guessed">True if every digit was predicted.</param>
    public void AddKey(bool guessed) => Keys = (Keys.Right + (guessed ? 1 : 0), Keys.Count + 1);

    /// <summary>Adds everything that another tally contains.</summary>
    public void Add(LossTally other)
    {
        for (int i = 0; i < loss.Length; i++)
        {
            loss[i] += other.loss[i];
            right[i] += other.right[i];
            count[i] += other.count[i];
        }

        Keys = (Keys.Right + other.Keys.Right, Keys.Count + other.Keys.Count);
    }

    /// <summary>Returns the mean loss of tokens with a role; 0 if there were none.</summary>
    public double MeanLoss(TokenRole role) => loss[(int)role] / Math.Max(1, count[(int)role]);

    /// <summary>Returns the share of tokens with a role that were predicted; NaN if there were none.</summary>
    public double Accuracy(TokenRole role) => (double)right[(int)role] / count[(int)role];

    /// <summary>The share of pass keys whose digits were all predicted; NaN if there were none.</summary>
    public double KeyAccuracy => (double)Keys.Right / Keys.Count;
}
