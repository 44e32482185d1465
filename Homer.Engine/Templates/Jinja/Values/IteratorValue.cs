using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Items that can be taken once, one after another: what <c>map</c>, <c>select</c> and others return.</summary>
internal sealed class IteratorValue(IEnumerable<Value> items) : Value
{
    private IEnumerator<Value>? remaining;

    /// <inheritdoc/>
    public override string TypeName => "generator";

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <inheritdoc/>
    public override IEnumerable<Value> Items()
    {
        remaining ??= items.GetEnumerator();
        while (remaining.MoveNext())
            yield return remaining.Current;
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("<generator object>");
}
