using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The expression <c>a ~ b</c>, which makes text of both.</summary>
internal sealed class ConcatenationExpression(TemplatePosition position, IReadOnlyList<Expression> parts) : Expression(position)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var text = new TextBuilder();
        foreach (Expression part in parts)
            part.Evaluate(scope).Write(text);
        return text.ToValue();
    }
}
