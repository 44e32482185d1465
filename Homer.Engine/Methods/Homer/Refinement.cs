namespace Homer.Engine.Methods.Homer;

/// <summary>The treatment of pruned tokens in the layers below the pruning.</summary>
public enum Refinement
{
    /// <summary>Pruned tokens are dropped from every layer, so that all layers hold the same tokens.</summary>
    Propagative,

    /// <summary>Pruned tokens stay in lower layers, so that these hold more tokens and memory grows with the document.</summary>
    None,
}
