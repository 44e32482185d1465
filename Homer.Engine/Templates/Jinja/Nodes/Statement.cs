using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A part of a template that writes or sets something.</summary>
internal abstract class Statement(TemplatePosition position)
{
    /// <summary>The place in the template.</summary>
    public TemplatePosition Position { get; } = position;

    /// <summary>Writes the statement's output; it is a step of the budget.</summary>
    /// <exception cref="JinjaException">It fails; the error knows the place.</exception>
    public Flow Render(Scope scope, TextBuilder output)
    {
        try
        {
            RenderingBudget.Current.Step();
            return Run(scope, output);
        }
        catch (JinjaException error) when (error.Locate(Position))
        {
            // The filter is never true: the error passes on.
            throw;
        }
    }

    /// <summary>Runs the statement.</summary>
    protected abstract Flow Run(Scope scope, TextBuilder output);
}
