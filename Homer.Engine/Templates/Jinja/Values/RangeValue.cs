using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Numbers at equal distances. The sandbox refuses more than 100,000 of them.</summary>
internal sealed class RangeValue : Value
{
    private const int Most = 100_000;
    private readonly BigInteger start;
    private readonly BigInteger stop;
    private readonly BigInteger step;
    private readonly int count;

    /// <summary>Creates the numbers from <paramref name="start"/> to before <paramref name="stop"/>.</summary>
    /// <exception cref="JinjaException">They are too many, or the distance is 0.</exception>
    public RangeValue(BigInteger start, BigInteger stop, BigInteger step)
    {
        if (step.IsZero)
            throw JinjaException.Runtime("range() arg 3 must not be zero");
        BigInteger length = step.Sign > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        if (length > Most)
            throw new JinjaException(JinjaFault.Limit, $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({Most}).");
        (this.start, this.stop, this.step) = (start, stop, step);
        count = (step.Sign > 0 ? stop > start : start > stop) ? (int)length : 0;
    }

    /// <inheritdoc/>
    public override string TypeName => "range";

    /// <inheritdoc/>
    public override bool IsTrue => count > 0;

    /// <inheritdoc/>
    public override int? Length => count;

    /// <inheritdoc/>
    public override bool IsIterable => true;

    /// <inheritdoc/>
    public override IEnumerable<Value> Items() => Enumerable.Range(0, count).Select(At);

    /// <inheritdoc/>
    public override Value? Item(Value key)
    {
        if (key is not SliceValue slice)
            return key is IntegerValue index && SliceValue.Index(index, count) is { } at ? At(at) : null;
        (int first, int by, int taken) = slice.Positions(count);
        return new RangeValue(start + first * step, start + (first + (BigInteger)taken * by) * step, step * by);
    }

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "start" => new IntegerValue(start),
        "stop" => new IntegerValue(stop),
        "step" => new IntegerValue(step),
        _ => null,
    };

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) =>
        to.Append(step.IsOne ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})");

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RangeValue other && other.count == count && other.Items().SequenceEqual(Items());

    /// <inheritdoc/>
    public override int GetHashCode() => count;

    private IntegerValue At(int index) => new(start + index * step);
}
