using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>Text between tags.</summary>
internal sealed class DataNode(TemplatePosition position, string text) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output)
    {
        output.Append(text);
        return Flow.Next;
    }
}
