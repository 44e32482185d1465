using System.Numerics;
using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A floating-point number.</summary>
internal sealed class FloatValue(double value) : Value
{
    /// <summary>The number.</summary>
    public double Number { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "float";

    /// <inheritdoc/>
    public override bool IsTrue => Number != 0;

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append(PythonFloat.Repr(Number));

    /// <inheritdoc/>
    public override Value? Attribute(string name) => name switch
    {
        "real" => this,
        "imag" => new FloatValue(0),
        "is_integer" => new FunctionValue(name, _ => BooleanValue.Of(double.IsInteger(Number))),
        _ => null,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj switch
    {
        FloatValue other => other.Number == Number,
        IntegerValue whole => double.IsInteger(Number) && new BigInteger(Number) == whole.Number,
        _ => false,
    };

    /// <inheritdoc/>
    public override int GetHashCode() => Number.GetHashCode();
}
