namespace Homer.Engine.Contexts;

/// <summary>A method that chooses tokens of a document one after the other, and can say in which order.</summary>
public interface IRankingMethod : IContextMethod
{
    /// <summary>Returns this method with a place for the order in which its readings choose tokens.</summary>
    /// <param name="ranking">The place; null for none.</param>
    IContextMethod WithRanking(TokenRanking? ranking);
}
