namespace Homer.Benchmarks.Cases;

/// <summary>Pseudo-random input, equal in every run.</summary>
internal static class Noise
{
    /// <summary>Returns values between −1 and 1.</summary>
    public static float[] Floats(int count)
    {
        var random = new Random(1);
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (2 * random.NextSingle()) - 1;
        return values;
    }
}
