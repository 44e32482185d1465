using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>The subscript <c>start:stop:step</c>.</summary>
internal sealed class SliceValue(Value start, Value stop, Value step) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "slice";

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("slice");

    /// <summary>Returns the position that an index names, which counts from the end if it is negative; null if there is none.</summary>
    public static int? Index(IntegerValue index, int length)
    {
        BigInteger at = index.Number.Sign < 0 ? index.Number + length : index.Number;
        return at.Sign >= 0 && at < length ? (int)at : null;
    }

    /// <summary>Returns the positions that the subscript names in a sequence: the first, the distance, and how many.</summary>
    public (int First, int Step, int Count) Positions(int length)
    {
        int by = Number(step) is { } given ? Clamp(given, int.MinValue / 2, int.MaxValue / 2) : 1;
        if (by == 0)
            throw JinjaException.Runtime("slice step cannot be zero");
        int lowest = by < 0 ? -1 : 0, highest = by < 0 ? length - 1 : length;
        int from = Bound(start, by < 0 ? highest : lowest), to = Bound(stop, by < 0 ? lowest : highest);
        int count = by > 0 ? (to - from + by - 1) / by : (from - to - by - 1) / -by;
        return (from, by, Math.Max(0, (by > 0 ? to > from : from > to) ? count : 0));

        int Bound(Value bound, int otherwise)
        {
            if (Number(bound) is not { } number)
                return otherwise;
            return Clamp(number.Sign < 0 ? number + length : number, lowest, highest);
        }
    }

    /// <summary>Returns the named items of a list.</summary>
    public IReadOnlyList<Value> Of(IReadOnlyList<Value> items)
    {
        (int first, int by, int count) = Positions(items.Count);
        RenderingBudget.Current.TakeCharacters(count);
        return [.. Enumerable.Range(0, count).Select(i => items[first + i * by])];
    }

    /// <summary>Returns the named characters of a text.</summary>
    public TextValue Of(TextValue text)
    {
        (int first, int by, int count) = Positions(text.Length!.Value);
        if (by == 1)
            return text.Points(first, first + count);
        var picked = new TextBuilder();
        for (int i = 0; i < count; i++)
        {
            RenderingBudget.Current.Step();
            int at = first + i * by, unit = text.ToUnits(at);
            picked.Append(text, unit, text.ToUnits(at + 1) - unit);
        }

        return picked.ToValue();
    }

    private static BigInteger? Number(Value bound) => bound switch
    {
        NoneValue => null,
        IntegerValue number => number.Number,
        _ => throw JinjaException.Runtime("slice indices must be integers or None or have an __index__ method"),
    };

    private static int Clamp(BigInteger number, int least, int most) => (int)BigInteger.Max(least, BigInteger.Min(most, number));
}
