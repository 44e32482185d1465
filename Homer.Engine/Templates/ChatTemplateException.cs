using Homer.Engine.Checks;

namespace Homer.Engine.Templates;

/// <summary>A chat template that cannot be parsed, refuses its input, or fails on it.</summary>
public sealed class ChatTemplateException : HomerException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="reason">The template's own words where it refused its input; else what failed, with line and column.</param>
    /// <param name="cause">The cause.</param>
    public ChatTemplateException(string message, string reason, Exception cause)
        : base(message, NotNull.Of(cause)) => Reason = NotNull.Of(reason);

    /// <summary>The template's own words where it refused its input; else what failed, with line and column.</summary>
    public string Reason { get; }
}
