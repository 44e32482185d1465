using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;

namespace Homer.Cli.Commands;

/// <summary>The leaves of a document that one question after another uses.</summary>
internal sealed class KeptLeaves : IDisposable
{
    /// <summary>The store; null where nothing is kept.</summary>
    public LeafStore? Store { get; private set; }

    /// <summary>Lets a reading use the leaves, or creates a place for them at the first one.</summary>
    /// <param name="reader">The reading.</param>
    /// <param name="create">Creates the store and lets the reading use it.</param>
    public void Use(DocumentReader reader, Func<LeafStore?> create)
    {
        if (Store is null)
            Store = create();
        else
            reader.Keep(Store, fitChunks: true);
    }

    /// <inheritdoc/>
    public void Dispose() => Store?.Dispose();
}
