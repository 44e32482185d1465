using Homer.Engine.Templates.Jinja.Filters;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A filter on a value; on the body of a block where the value is null.</summary>
internal sealed class FilterExpression(TemplatePosition position, Expression? value, string name, ArgumentList arguments)
    : Expression(position)
{
    /// <summary>Applies filters to the body of a block.</summary>
    public static Value Apply(Expression filters, Scope scope, Value body)
    {
        // The innermost filter finds the body under a name that no template can write.
        var inner = new Scope(scope);
        inner.Set("", body);
        return filters.Evaluate(inner);
    }

    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        Value input = value?.Evaluate(scope) ?? scope.Get("");
        return FilterTable.Apply(name, input, arguments.Evaluate(scope));
    }
}
