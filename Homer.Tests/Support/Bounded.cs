using System.Globalization;

namespace Homer.Tests.Support;

/// <summary>What exact arithmetic gives, and how far 32-bit arithmetic may end up from it; an error of 0 asks for equality.</summary>
internal readonly record struct Bounded(double Value, double Error = 0)
{
    /// <summary>The unit roundoff of binary32: each operation is off by at most this share of its result.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>Fails unless each of <paramref name="actual"/> is as expected.</summary>
    public static void AssertAll(IReadOnlyList<Bounded> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(expected.Count == actual.Length, $"{what}: {actual.Length} elements instead of {expected.Count}");
        for (int i = 0; i < actual.Length; i++)
        {
            if (!expected[i].Admits(actual[i]))
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}: element {i} is {actual[i]:g9}, not {expected[i].Value:g9} ± {expected[i].Error:g3}"));
        }
    }

    /// <summary>Expects exactly these values.</summary>
    public static Bounded[] Exactly(ReadOnlySpan<float> values) => Within(values, 0);

    /// <summary>Expects these values, each with the same error.</summary>
    public static Bounded[] Within(ReadOnlySpan<float> values, double error)
    {
        var expected = new Bounded[values.Length];
        for (int i = 0; i < expected.Length; i++)
            expected[i] = new(values[i], error);
        return expected;
    }

    // The smallest normal number is always within reach: devices may flush what lies below it to zero.
    private bool Admits(float actual) =>
        actual == Value || (double.IsNaN(Value) && float.IsNaN(actual)) || (Error > 0 && Math.Abs(actual - Value) <= Error + 1.2e-38);
}
