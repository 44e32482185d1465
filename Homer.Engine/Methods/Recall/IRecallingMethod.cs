using Homer.Engine.Contexts;

namespace Homer.Engine.Methods.Recall;

/// <summary>A method that reads a document without the question, so that further questions can take what was kept of it.</summary>
public interface IRecallingMethod : IContextMethod
{
    /// <summary>Returns this method with a place for what is kept of a document.</summary>
    /// <param name="memory">The place; null to keep nothing.</param>
    IContextMethod WithMemory(RecallMemory? memory);
}
