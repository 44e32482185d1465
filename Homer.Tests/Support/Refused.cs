namespace Homer.Tests.Support;

/// <summary>Asserts that a user's mistake is refused with a message that the user can act on.</summary>
internal static class Refused
{
    /// <summary>
    /// Fails unless the action throws a <see cref="HomerException"/> whose message is one line, ends with a full stop and contains the
    /// word.
    /// </summary>
    public static void With(string word, Action action)
    {
        string message = Assert.ThrowsAny<HomerException>(action).Message;
        Assert.Contains(word, message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
