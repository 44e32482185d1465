using Homer.Engine.Contexts;

namespace Homer.Engine.Reading;

/// <summary>
/// A method that decides a whole reading from lengths alone, before a token is read, so that its memory and work are known.
/// </summary>
public interface IPlansReadings : IContextMethod
{
    /// <summary>Plans a reading; nothing is allocated.</summary>
    /// <param name="request">The input, and the settings that every method shares.</param>
    /// <exception cref="HomerException">The input or the settings are impossible.</exception>
    PlannedReading Plan(ContextRequest request);
}
