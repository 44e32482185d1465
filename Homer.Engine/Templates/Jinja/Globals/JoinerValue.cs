using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Globals;

/// <summary>A separator that is empty the first time it is called.</summary>
internal sealed class JoinerValue(Value separator) : Value
{
    private bool isUsed;

    /// <inheritdoc/>
    public override string TypeName => "Joiner";

    /// <inheritdoc/>
    public override bool IsCallable => true;

    /// <inheritdoc/>
    public override Value Call(Arguments arguments)
    {
        Value text = isUsed ? separator : TextValue.Empty;
        isUsed = true;
        return text;
    }

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append("<Joiner>");
}
