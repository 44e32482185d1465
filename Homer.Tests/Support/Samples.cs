namespace Homer.Tests.Support;

/// <summary>Random test data, reproducible if the generator is seeded.</summary>
internal static class Samples
{
    /// <summary>Draws normally distributed numbers with mean 0.</summary>
    public static float[] Normal(this Random random, int count, double deviation = 1)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        return values;
    }

    /// <summary>Draws integers of 0 … <paramref name="limit"/> − 1.</summary>
    public static int[] Below(this Random random, int count, int limit)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.Next(limit);
        return values;
    }

    /// <summary>Draws different integers of 0 … <paramref name="limit"/> − 1, in ascending order.</summary>
    public static int[] Subset(this Random random, int count, int limit)
    {
        int[] all = [.. Enumerable.Range(0, limit)];
        random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }
}
