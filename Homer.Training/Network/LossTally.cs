using Homer.Training.Documents;

namespace Homer.Training.Network;

/// <summary>Costs (negative logarithms of probability) and right guesses, by role.</summary>
internal sealed class LossTally
{
    private readonly double[] cost = new double[TokenRoles.Count];
    private readonly int[] right = new int[TokenRoles.Count];
    private readonly int[] count = new int[TokenRoles.Count];

    /// <summary>The weighted mean cost of a prediction.</summary>
    public double Loss => Enumerable.Range(0, cost.Length).Sum(i => cost[i] * ((TokenRole)i).Weight())
        / Math.Max(1e-9, Enumerable.Range(0, cost.Length).Sum(i => (double)count[i] * ((TokenRole)i).Weight()));

    /// <summary>Pass keys of which every digit was guessed, and how many there were.</summary>
    public (int Right, int Count) Keys { get; private set; }

    public void Add(TokenRole role, double tokenCost, bool guessed)
    {
        cost[(int)role] += tokenCost;
        count[(int)role]++;
        right[(int)role] += guessed ? 1 : 0;
    }

    public void AddKey(bool guessed) => Keys = (Keys.Right + (guessed ? 1 : 0), Keys.Count + 1);

    public void Add(LossTally other)
    {
        for (int i = 0; i < cost.Length; i++)
        {
            cost[i] += other.cost[i];
            right[i] += other.right[i];
            count[i] += other.count[i];
        }

        Keys = (Keys.Right + other.Keys.Right, Keys.Count + other.Keys.Count);
    }

    /// <summary>The mean cost of a role's tokens.</summary>
    public double Cost(TokenRole role) => cost[(int)role] / Math.Max(1, count[(int)role]);

    /// <summary>The share of a role's tokens that were guessed; NaN where there were none.</summary>
    public double Accuracy(TokenRole role) => (double)right[(int)role] / count[(int)role];

    public double KeyAccuracy => (double)Keys.Right / Keys.Count;
}
