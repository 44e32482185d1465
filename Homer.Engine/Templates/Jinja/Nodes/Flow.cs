namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The way on after a statement.</summary>
internal enum Flow
{
    /// <summary>The next statement follows.</summary>
    Next,

    /// <summary>The loop goes on with its next item.</summary>
    Continue,

    /// <summary>The loop ends.</summary>
    Break,
}
