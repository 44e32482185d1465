namespace Homer.Engine.Passages;

/// <summary>A document whose text and tokens are at hand, so that passages of it can be quoted.</summary>
public interface ITextDocument
{
    /// <summary>The file, or another name that people know the document by.</summary>
    string Path { get; }

    /// <summary>The text.</summary>
    string Text { get; }

    /// <summary>The tokens of the text.</summary>
    IReadOnlyList<int> Ids { get; }
}
