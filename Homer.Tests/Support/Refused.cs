
namespace Homer.Tests.Support;

/// <summary>Expects what users are shown instead of a stack trace.</summary>
internal static class Refused
{
    /// <summary>Fails unless the action is refused with one sentence that holds the essential word.</summary>
    public static void With(string word, Action action)
    {
        string message = Assert.ThrowsAny<HomerException>(action).Message;
        Assert.Contains(word, message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
