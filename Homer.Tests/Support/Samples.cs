namespace Homer.Tests.Support;

/// <summary>Random test data from a seeded generator.</summary>
internal static class Samples
{
    /// <summary>Normally distributed numbers.</summary>
    public static float[] Normal(this Random random, int count, double deviation = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        return values;
    }

    /// <summary>Integers in 0 … <paramref name="limit"/> − 1.</summary>
    public static int[] Below(this Random random, int count, int limit)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.Next(limit);
        return values;
    }

    /// <summary><paramref name="count"/> different integers in 0 … <paramref name="limit"/> − 1, ascending.</summary>
    public static int[] Subset(this Random random, int count, int limit)
    {
        int[] all = [.. Enumerable.Range(0, limit)];
        random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }
}
