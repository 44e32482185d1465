namespace Homer.Engine.Books;

/// <summary>The state of a file whose text is in a book.</summary>
public enum BookSource
{
    /// <summary>The file has the bytes that were read.</summary>
    Same,

    /// <summary>The file has other bytes.</summary>
    Changed,

    /// <summary>There is no such file, or it cannot be read.</summary>
    Gone,
}
