using System.Globalization;
using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>An integer of up to three hundred digits.</summary>
internal class IntegerValue(BigInteger value) : Value
{
    private const int MostBits = 1_000;

    /// <summary>The number.</summary>
    public BigInteger Number { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "int";

    /// <inheritdoc/>
    public override bool IsTrue => !Number.IsZero;

    /// <summary>Returns a number that an operation made, unless it is too large.</summary>
    public static IntegerValue Of(BigInteger number)
    {
        RequireBits(number.GetBitLength());
        return new(number);
    }

    /// <summary>Refuses a number of more bits than are printed.</summary>
    public static void RequireBits(long bits)
    {
        if (bits > MostBits)
            throw new JinjaException(JinjaFault.Limit, "the template makes a number of more than 300 digits");
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append(Number.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "real" or "numerator" => new IntegerValue(Number),
        "imag" => new IntegerValue(0),
        "denominator" => new IntegerValue(1),
        "bit_length" => new FunctionValue(name, _ => new IntegerValue(BigInteger.Abs(Number).GetBitLength())),
        "is_integer" => new FunctionValue(name, _ => BooleanValue.True),
        _ => null,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj switch
    {
        IntegerValue other => other.Number == Number,
        FloatValue real => real.Equals(this),
        _ => false,
    };

    /// <inheritdoc/>
    public override int GetHashCode() => ((double)Number).GetHashCode();
}
