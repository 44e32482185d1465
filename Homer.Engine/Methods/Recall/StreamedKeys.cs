using System.Collections;

namespace Homer.Engine.Methods.Recall;

/// <summary>
/// The keys of a document that lie elsewhere and are read part by part whenever they are asked for, so that memory does not grow with the
/// document.
/// </summary>
/// <param name="tokens">The number of tokens.</param>
/// <param name="stream">Reads the parts in order; the memory of a part may hold other keys when the next one is taken.</param>
internal sealed class StreamedKeys(int tokens, Func<IEnumerable<RecallPart>> stream) : IReadOnlyList<RecallPart>
{
    /// <summary>The number of tokens.</summary>
    public int Tokens => tokens;

    /// <inheritdoc/>
    public int Count => stream().Count();

    /// <inheritdoc/>
    public RecallPart this[int index] => Copied(stream().ElementAt(index));

    /// <summary>Returns the keys of several documents, one after the other.</summary>
    public static IReadOnlyList<RecallPart> Joined(IReadOnlyList<IReadOnlyList<RecallPart>> all, int heads) =>
        new StreamedKeys(all.Sum(one => TokensOf(one, heads)), () => all.SelectMany(Of));

    /// <summary>Returns parts in order, each of which is valid until the next one is taken.</summary>
    public static IEnumerable<RecallPart> Of(IReadOnlyList<RecallPart> parts) => parts is StreamedKeys streamed ? streamed.Stream() : parts;

    /// <summary>Returns the number of tokens of parts.</summary>
    public static int TokensOf(IReadOnlyList<RecallPart> parts, int heads) =>
        parts is StreamedKeys streamed ? streamed.Tokens : parts.Sum(part => part.TokensOf(heads));

    /// <summary>Reads the parts in order; a part is valid until the next one is taken.</summary>
    public IEnumerable<RecallPart> Stream() => stream();

    /// <inheritdoc/>
    public IEnumerator<RecallPart> GetEnumerator() => stream().Select(Copied).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static RecallPart Copied(RecallPart part) => new(part.Elements.ToArray(), part.Scales.ToArray());
}
