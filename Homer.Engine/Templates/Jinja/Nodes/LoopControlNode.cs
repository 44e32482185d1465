using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The statements <c>break</c> and <c>continue</c>.</summary>
internal sealed class LoopControlNode(TemplatePosition position, Flow flow) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output) => flow;
}
