using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>Python's <c>None</c>.</summary>
internal sealed class NoneValue : Value
{
    private NoneValue()
    {
    }

    /// <summary>The only value of the type.</summary>
    public static NoneValue Instance { get; } = new();

    /// <inheritdoc/>
    public override string TypeName => "NoneType";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("None");
}
