using Homer.Engine.Reading.Leaves;

namespace Homer.Engine.Reading;

/// <summary>A method that can keep what it computes of a document before it meets the question, for further questions.</summary>
public interface IKeepsLeaves : IReadsAgain
{
    /// <summary>Returns this method with a place where leaves are kept.</summary>
    /// <param name="leaves">The place; not owned. Null to keep nothing.</param>
    IKeepsLeaves WithLeaves(LeafStore? leaves);
}
