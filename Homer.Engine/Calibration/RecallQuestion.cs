namespace Homer.Engine.Calibration;

/// <summary>The tokens of a question that look for its answer.</summary>
public enum RecallQuestion
{
    /// <summary>The tokens of the question itself, without the words around it.</summary>
    Own,

    /// <summary>All tokens after the document.</summary>
    All,
}
