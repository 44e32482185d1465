using Homer.Engine.Contexts;

namespace Homer.Engine.Reading;

/// <summary>A method that plans a whole reading from lengths alone, so that its memory and work are known before a token is read.</summary>
public interface IPlannedMethod : IContextMethod
{
    /// <summary>Plans a reading; nothing is allocated.</summary>
    /// <param name="request">The input, and the settings that every method shares.</param>
    /// <exception cref="HomerException">The input or the settings are impossible.</exception>
    PlannedReading Plan(ContextRequest request);
}
