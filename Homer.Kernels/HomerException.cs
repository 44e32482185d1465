namespace Homer;

/// <summary>
/// Something the user can mend: the message is one sentence that says what is wrong and what to do, fit to be shown without a stack trace.
/// </summary>
public class HomerException : Exception
{
    /// <summary>Creates the exception with its one-sentence message.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    public HomerException(string message)
        : base(message)
    {
        ArgumentNullException.ThrowIfNull(message);
    }

    /// <summary>Creates the exception with its one-sentence message and its cause.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public HomerException(string message, Exception innerException)
        : base(message, innerException)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(innerException);
    }
}
