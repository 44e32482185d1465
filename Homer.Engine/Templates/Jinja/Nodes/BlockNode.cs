using Homer.Engine.Templates.Jinja.Text;
using Homer.Engine.Templates.Jinja.Values;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>Statements one after another.</summary>
internal sealed class BlockNode(TemplatePosition position, IReadOnlyList<Statement> statements) : Statement(position)
{
    /// <summary>The statements.</summary>
    public IReadOnlyList<Statement> Statements { get; } = statements;

    /// <summary>Returns the output as a value.</summary>
    public TextValue Capture(Scope scope)
    {
        var output = new TextBuilder();
        Render(scope, output);
        return output.ToValue();
    }

    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        foreach (Statement statement in Statements)
        {
            Flow flow = statement.Render(scope, output);
            if (flow != Flow.Next)
                return flow;
        }

        return Flow.Next;
    }
}
