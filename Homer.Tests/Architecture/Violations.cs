namespace Homer.Tests.Architecture;

/// <summary>Reports what a check of the source found, all at once.</summary>
internal static class Violations
{
    /// <summary>Writes every violation to the test's output and fails if there are any.</summary>
    /// <param name="rule">The rule that is checked, in a few words.</param>
    /// <param name="found">Each violation with its place.</param>
    public static void Report(string rule, IEnumerable<string> found)
    {
        string[] all = [.. found];
        string list = $"{rule}: {all.Length} violations{string.Concat(all.Select(one => "\n  " + one))}";
        TestContext.Current.TestOutputHelper?.WriteLine(list);
        Assert.True(all.Length == 0, list);
    }
}
