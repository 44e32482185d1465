using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A part of a template that has a value.</summary>
internal abstract class Expression(TemplatePosition position)
{
    /// <summary>The place in the template.</summary>
    public TemplatePosition Position { get; } = position;

    /// <summary>Returns the value; it is a step of the budget.</summary>
    /// <exception cref="JinjaException">It has none; the error knows the place.</exception>
    public Value Evaluate(Scope scope)
    {
        try
        {
            RenderingBudget.Current.Step();
            return Compute(scope);
        }
        catch (JinjaException error) when (error.Locate(Position))
        {
            // The filter is never true: the error passes on.
            throw;
        }
    }

    /// <summary>Computes the value.</summary>
    protected abstract Value Compute(Scope scope);
}
