using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Values;

/// <summary>A function or method of the environment.</summary>
internal sealed class FunctionValue(string name, Func<Arguments, Value> call) : Value
{
    /// <summary>Attributes of the function; empty for most.</summary>
    public Func<string, Value?> Attributes { get; init; } = _ => null;

    /// <inheritdoc/>
    public override string TypeName => "function";

    /// <inheritdoc/>
    public override bool IsCallable => true;

    /// <inheritdoc/>
    public override Value? Attribute(string attribute) => Attributes(attribute);

    /// <inheritdoc/>
    public override Value Call(Arguments arguments) => call(arguments);

    /// <inheritdoc/>
    public override void WriteRepr(TextBuilder to) => to.Append($"<function {name}>");
}
