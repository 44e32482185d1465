using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A value in a template, which behaves as the Python object does that Jinja would have in its place.</summary>
internal abstract class Value
{
    /// <summary>Python's name of the type, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether the value counts as true in a condition.</summary>
    public virtual bool IsTrue => true;

    /// <summary>Whether the value can be called.</summary>
    public virtual bool IsCallable => false;

    /// <summary>The number of items; null where the value has no length.</summary>
    public virtual int? Length => null;

    /// <summary>Writes the value as <c>str</c> does.</summary>
    public virtual void Write(TextBuilder to) => WriteRepr(to);

    /// <summary>Writes the value as <c>repr</c> does, which is how it is printed within a list.</summary>
    public abstract void WriteRepr(TextBuilder to);

    /// <summary>Returns the value as text, as <c>str</c> does.</summary>
    public virtual TextValue ToText()
    {
        var text = new TextBuilder();
        Write(text);
        return text.ToValue();
    }

    /// <summary>Returns the items, as a loop sees them.</summary>
    /// <exception cref="JinjaException">The value has none.</exception>
    public virtual IEnumerable<Value> Items() => throw JinjaException.Runtime($"'{TypeName}' object is not iterable");

    /// <summary>Whether <see cref="Items"/> returns anything instead of failing.</summary>
    public virtual bool IsIterable => false;

    /// <summary>Returns an attribute as <c>getattr</c> does; null where there is none.</summary>
    public virtual Value? Attribute(string name) => null;

    /// <summary>Returns an item as <c>value[key]</c> does; null where there is none.</summary>
    public virtual Value? Item(Value key) => null;

    /// <summary>Returns whether an item is in the value.</summary>
    /// <exception cref="JinjaException">The value has no items.</exception>
    public virtual bool Contains(Value item)
    {
        if (!IsIterable)
            throw JinjaException.Runtime($"argument of type '{TypeName}' is not iterable");
        foreach (Value one in Items())
        {
            RenderingBudget.Current.Step();
            if (one.Equals(item))
                return true;
        }

        return false;
    }

    /// <summary>Calls the value.</summary>
    /// <exception cref="JinjaException">It cannot be called, or not with these arguments.</exception>
    public virtual Value Call(Arguments arguments) => throw JinjaException.Runtime($"'{TypeName}' object is not callable");
}
