using System.Globalization;

namespace Homer.Tests.Support;

/// <summary>An expected value and the largest error of 32-bit arithmetic.</summary>
/// <param name="Value">The result of exact arithmetic.</param>
/// <param name="Error">The largest absolute error; 0 demands equality.</param>
internal readonly record struct Expected(double Value, double Error = 0)
{
    /// <summary>The unit roundoff of binary32, 2⁻²⁴: the largest relative error of one operation.</summary>
    public const double Unit = 1.0 / (1 << 24);

    /// <summary>Fails unless every actual value is as expected.</summary>
    /// <param name="expected">The expected values.</param>
    /// <param name="actual">The actual values, equally many.</param>
    /// <param name="what">The name of the values in the message.</param>
    public static void AssertAll(IReadOnlyList<Expected> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(expected.Count == actual.Length, $"{what}: {actual.Length} elements instead of {expected.Count}");
        for (int i = 0; i < actual.Length; i++)
        {
            if (!expected[i].Admits(actual[i]))
            {
                Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what}: element {i} is {actual[i]:g9}, not {expected[i].Value:g9} ± {expected[i].Error:g3}"));
            }
        }
    }

    /// <summary>Returns values that are expected exactly.</summary>
    public static Expected[] Exactly(ReadOnlySpan<float> values) => Within(values, 0);

    /// <summary>Returns values that are expected with the same error.</summary>
    public static Expected[] Within(ReadOnlySpan<float> values, double error)
    {
        var expected = new Expected[values.Length];
        for (int i = 0; i < expected.Length; i++)
            expected[i] = new(values[i], error);
        return expected;
    }

    // Errors up to the smallest normal number are allowed, because devices may flush subnormal numbers to zero.
    private bool Admits(float actual) =>
        actual == Value || (double.IsNaN(Value) && float.IsNaN(actual)) || (Error > 0 && Math.Abs(actual - Value) <= Error + 1.2e-38);
}
