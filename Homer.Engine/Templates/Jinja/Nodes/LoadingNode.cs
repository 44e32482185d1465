using Homer.Engine.Templates.Jinja.Text;

namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>A statement that would load another template, which there never is.</summary>
internal sealed class LoadingNode(TemplatePosition position) : Statement(position)
{
    /// <inheritdoc/>
    protected override Flow Run(Scope scope, TextBuilder output) =>
        throw JinjaException.Runtime("no loader for this environment specified");
}
