using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Python's <c>True</c> and <c>False</c>, which are also the integers 1 and 0.</summary>
internal sealed class BooleanValue : IntegerValue
{
    private BooleanValue(bool value) : base(value ? 1 : 0)
    {
    }

    /// <summary>Python's <c>True</c>.</summary>
    public static BooleanValue True { get; } = new(true);

    /// <summary>Python's <c>False</c>.</summary>
    public static BooleanValue False { get; } = new(false);

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <summary>Returns one of the two.</summary>
    public static BooleanValue Of(bool value) => value ? True : False;

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append(IsTrue ? "True" : "False");
}
