using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A string, which knows which of its parts come from the data and not from the template.</summary>
internal sealed class TextValue : Value
{
    private int[]? starts;
    private bool hasStarts;

    /// <summary>Creates a string; its characters count in the budget.</summary>
    public TextValue(string text, DataSpans data = default)
    {
        RenderingBudget.Current.TakeCharacters(text.Length);
        Text = text;
        Data = data;
    }

    /// <summary>The empty string.</summary>
    public static TextValue Empty { get; } = new("");

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>The parts that come from the data.</summary>
    public DataSpans Data { get; }

    /// <inheritdoc/>
    public override string TypeName => "str";

    /// <inheritdoc/>
    public override bool IsTrue => Text.Length > 0;

    /// <summary>The number of code points.</summary>
    public override int? Length => Starts is { } at ? at.Length - 1 : Text.Length;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    // Where each code point starts; null where each is one UTF-16 unit.
    private int[]? Starts
    {
        get
        {
            if (!hasStarts)
                starts = CodePoints.Starts(Text);
            hasStarts = true;
            return starts;
        }
    }

    /// <summary>Returns a string that comes from the data.</summary>
    public static TextValue OfData(string text) => new(text, DataSpans.Whole(text.Length));

    /// <summary>Returns a string that was made from this one as a whole: it is data where any part of this one is.</summary>
    public TextValue Made(string text) => new(text, Data.Any ? DataSpans.Whole(text.Length) : default);

    /// <summary>Returns a piece, counted in UTF-16 units.</summary>
    public TextValue Piece(int start, int length) =>
        length == Text.Length ? this : new(Text.Substring(start, length), Data.Slice(start, length));

    /// <summary>Returns a piece, counted in code points.</summary>
    public TextValue Points(int start, int end) =>
        end <= start ? Empty : Piece(ToUnits(start), ToUnits(end) - ToUnits(start));

    /// <summary>Returns where a code point starts, in UTF-16 units.</summary>
    public int ToUnits(int point) => Starts is { } at ? at[point] : point;

    /// <summary>Returns the number of code points before a UTF-16 unit.</summary>
    public int ToPoints(int unit) => Starts is { } at && unit >= 0 ? Array.BinarySearch(at, unit) : unit;

    /// <inheritdoc/>
    public override TextValue ToText() => this;

    /// <inheritdoc/>
    public override void Write(TextBuilder to) => to.Append(this);

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append(PythonRepr.Of(Text), Data.Any);

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => CodePoints.Each(Text).Select(point => Piece(point.Start, point.Length));

    /// <inheritdoc/>
    public override bool Contains(Value item)
    {
        if (item is not TextValue text)
            throw JinjaException.Runtime($"'in <string>' requires string as left operand, not {item.TypeName}");
        return TextSearch.Find(Text, text.Text, 0) >= 0;
    }

    /// <inheritdoc/>
    public override Value? Attribute(string name) => TextMethods.Find(this, name);

    /// <inheritdoc/>
    public override Value? Item(Value key)
    {
        if (key is SliceValue slice)
            return slice.Of(this);
        return key is IntegerValue index && SliceValue.Index(index, Length!.Value) is { } at ? Points(at, at + 1) : null;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TextValue other && other.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
